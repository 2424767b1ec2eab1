// Who may pass: credentials, their limits, and requests that another site made a browser send.
// Private to http.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/problem.h"
#include "http/request.h"
#include "promotions/base/limiter.h"
#include "promotions/manager/account_manager.h"

namespace promotions {

// Thread-safe.
class Gate {
 public:
  // `own_origin`: scheme and authority of the public URL.
  Gate(AccountManager& accounts, const Clock& clock, Random& random, int failed_logins_per_minute,
       std::string own_origin);

  // nullopt: it may pass.
  std::optional<Problem> check_credentials(const Request& request);
  std::optional<Problem> check_site(const Request& request) const;

 private:
  AccountManager& accounts_;
  const std::string own_origin_;
  Limiter failures_by_client_;
  Limiter failures_by_account_;
};

}  // namespace promotions
