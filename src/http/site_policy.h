// Refuses requests that a page of another site made a browser send (CSRF). Private to http.
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

  // Returns nullopt if the request may pass. Refuses only changes on routes for administrators:
  // another site could have an administrator's browser make them with the password that it stores.
  std::optional<Problem> check(const Route& route, const Request& request) const;

  // Returns nullopt if our own page sent the request, or the user typed its address, or no browser
  // sent it. A browser tells its page in Sec-Fetch-Site, or else in Origin, or else in Referer.
  // Other programs send none of them and pass: they store no credentials that a page could use.
  std::optional<Problem> check(const Request& request) const;

 private:
  bool is_own(std::string_view origin, std::string_view host) const;

  const std::string own_origin_;  // scheme and authority of the public URL
};

}  // namespace promotions
