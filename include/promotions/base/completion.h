// How something that was handed over has ended: with a value, or with an exception.
#pragma once

#include <exception>
#include <optional>
#include <semaphore>
#include <utility>
#include <variant>

#include "promotions/base/move_only_function.h"

namespace promotions {

template <typename T>
class Completion {
 public:
  Completion(T value) : ending_(std::in_place_index<0>, std::move(value)) {}
  Completion(std::exception_ptr error) : ending_(std::in_place_index<1>, std::move(error)) {}

  bool has_failed() const { return ending_.index() == 1; }

  std::exception_ptr error() const { return std::get<1>(ending_); }  // if it has failed

  // The value; throws the exception if it ended with one. Once.
  T take() {
    if (has_failed()) std::rethrow_exception(std::get<1>(ending_));
    return std::move(std::get<0>(ending_));
  }

 private:
  std::variant<T, std::exception_ptr> ending_;
};

// Who is told of it, once.
template <typename T>
using Done = MoveOnlyFunction<void(Completion<T>)>;

// Calls `start(Done<T>)` and waits until that is told; the value, or throws the exception.
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

}  // namespace promotions
