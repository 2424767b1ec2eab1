// Who may pass: credentials, and requests that another site made a browser send. Private to http.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/problem.h"
#include "http/request.h"
#include "promotions/base/completion.h"
#include "promotions/manager/account_manager.h"

namespace promotions {

// Thread-safe.
class Gate {
 public:
  Gate(AccountManager& accounts, const std::string& public_url);

  // Both say nullopt if it may pass. `done` owns the request, and is called as by
  // AccountManager::authenticate().
  void check_credentials(const Request& request, Done<std::optional<Problem>> done);
  // A browser says from where it sends: Sec-Fetch-Site, or else Origin, or else Referer. Other
  // programs say nothing, and may pass; they have no stored credentials that a page could use.
  std::optional<Problem> check_site(const Request& request) const;

 private:
  bool is_own(std::string_view origin, std::string_view host) const;

  AccountManager& accounts_;
  const std::string own_origin_;  // scheme and authority of the public URL
};

}  // namespace promotions
