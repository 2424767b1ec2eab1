// Blocks until an asynchronous call has its result.
#pragma once

#include <optional>
#include <semaphore>
#include <string_view>
#include <utility>

#include "promotions/base/completion.h"
#include "promotions/manager/accounts.h"
#include "promotions/manager/sign_ups.h"

namespace promotions::testing {

// Calls `start(Done<T>)` and blocks until that callback is called, on whichever thread. Returns the
// value, or throws the exception.
template <typename T, typename Start>
T wait_for(Start start) {
  std::optional<Completion<T>> ending;
  std::binary_semaphore is_done{0};
  start([&](Completion<T> completion) {
    ending.emplace(std::move(completion));
    is_done.release();
  });
  is_done.acquire();
  return ending->take();
}

inline SignUpResult add_subscriber(SignUps& sign_ups, const SignUp& sign_up) {
  return wait_for<SignUpResult>(
      [&](Done<SignUpResult> done) { sign_ups.add_subscriber(sign_up, std::move(done)); });
}

inline VerifyResult verify_subscriber(SignUps& sign_ups, std::string_view token,
                                      VerifyIntent intent = VerifyIntent::confirm) {
  return wait_for<VerifyResult>(
      [&](Done<VerifyResult> done) { sign_ups.verify_subscriber(token, intent, std::move(done)); });
}

inline LogInResult authenticate(Accounts& accounts, LogIn log_in) {
  return wait_for<LogInResult>(
      [&](Done<LogInResult> done) { accounts.authenticate(std::move(log_in), std::move(done)); });
}

}  // namespace promotions::testing
