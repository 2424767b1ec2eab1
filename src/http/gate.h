// Who may pass: credentials, and requests that another site made a browser send. Private to http.
#pragma once

#include <optional>
#include <string>

#include "http/problem.h"
#include "http/request.h"
#include "promotions/base/completion.h"
#include "promotions/manager/account_manager.h"

namespace promotions {

// Thread-safe.
class Gate {
 public:
  // `own_origin`: scheme and authority of the public URL.
  Gate(AccountManager& accounts, std::string own_origin)
      : accounts_(accounts), own_origin_(std::move(own_origin)) {}

  // Both say nullopt if it may pass. `done` owns the request, and is called as by
  // AccountManager::authenticate().
  void check_credentials(const Request& request, Done<std::optional<Problem>> done);
  std::optional<Problem> check_site(const Request& request) const;

 private:
  AccountManager& accounts_;
  const std::string own_origin_;
};

}  // namespace promotions
