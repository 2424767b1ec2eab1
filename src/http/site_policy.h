// Requests that another site made a browser send. Private to http.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promotions/http/problem.h"
#include "promotions/http/request.h"
#include "promotions/http/router.h"

namespace promotions {

// Thread-safe.
class SitePolicy {
 public:
  explicit SitePolicy(const std::string& public_url);

  // Returns nullopt if the request may pass. Only what an administrator's browser could be made to
  // change with its stored password is refused.
  std::optional<Problem> check(const Route& route, const Request& request) const;

  // A browser says from where it sends: in Sec-Fetch-Site, or else in Origin, or else in Referer.
  // Other programs say nothing and may pass: they have no stored credentials that a page could use.
  std::optional<Problem> check(const Request& request) const;

 private:
  bool is_own(std::string_view origin, std::string_view host) const;

  const std::string own_origin_;  // scheme and authority of the public URL
};

}  // namespace promotions
