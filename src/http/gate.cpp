#include "http/gate.h"

#include "http/client_address.h"
#include "promotions/base/encoding.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

struct Credentials {
  std::string name;
  std::string password;
};

// RFC 7617.
std::optional<Credentials> parse_basic(std::string_view header) {
  const std::string_view scheme = header.substr(0, header.find(' '));
  if (to_lower_ascii(scheme) != "basic") return std::nullopt;
  const auto decoded = from_base64(trim_ascii(header.substr(scheme.size())));
  if (!decoded || !is_utf8(*decoded)) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

Problem unauthorized() {
  return {ProblemCode::unauthorized, "an administrator's name and password are needed"};
}

Problem too_many_failures(Millis wait) {
  return {ProblemCode::rate_limited, "too many failed log-ins", {}, wait};
}

}  // namespace

Gate::Gate(AccountManager& accounts, const Clock& clock, Random& random,
           int failed_logins_per_minute, std::string own_origin)
    : accounts_(accounts),
      own_origin_(std::move(own_origin)),
      failures_by_client_(clock, random, failed_logins_per_minute),
      failures_by_account_(clock, random, failed_logins_per_minute) {}

std::optional<Problem> Gate::check_credentials(const Request& request) {
  const auto credentials = parse_basic(request.header("Authorization"));
  if (!credentials) return unauthorized();
  const std::string client = limit_key(request.client_address);
  const std::string& account = credentials->name;
  if (const auto wait = failures_by_client_.check(client)) return too_many_failures(*wait);
  const auto account_wait = failures_by_account_.check(account);
  // An account under attack still opens for its owner, who comes from where nobody has failed.
  if (account_wait && !failures_by_client_.is_untouched(client))
    return too_many_failures(*account_wait);
  if (accounts_.authenticate(credentials->name, credentials->password)) return std::nullopt;
  failures_by_client_.take(client);
  failures_by_account_.take(account);
  logs::warn("request={} log-in failed from {}", request.id, request.client_address);
  if (account_wait) return too_many_failures(*account_wait);
  return unauthorized();
}

std::optional<Problem> Gate::check_site(const Request& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  const std::string_view origin = request.header("Origin");
  bool ours = true;
  if (!site.empty()) {
    ours = site == "same-origin" || site == "none";  // none: the user typed it
  } else if (!origin.empty()) {
    const auto authority = origin.find("://");
    ours = origin == own_origin_ || (authority != std::string_view::npos &&
                                     origin.substr(authority + 3) == request.header("Host"));
  }
  if (ours) return std::nullopt;
  return Problem{ProblemCode::cross_site, "a page of another site may not ask for this"};
}

}  // namespace promotions
