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

// RFC 7617; its §2 forbids control characters in both.
std::optional<Credentials> parse_basic(std::string_view header) {
  const std::string_view scheme = header.substr(0, header.find(' '));
  if (to_lower_ascii(scheme) != "basic") return std::nullopt;
  const auto decoded = from_base64(trim_ascii(header.substr(scheme.size())));
  if (!decoded || !is_utf8(*decoded) || has_control(*decoded)) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

Problem unauthorized() {
  return {ProblemCode::unauthorized, "an administrator's name and password are needed"};
}

// Scheme and authority of an absolute URL, as browsers write them in Origin (RFC 6454 §6.2): in
// lower case, and without the port that goes without saying.
std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  std::string origin = to_lower_ascii(url.substr(0, url.find_first_of("/?#", scheme + 3)));
  const std::string_view usual = origin.starts_with("https:")  ? ":443"
                                 : origin.starts_with("http:") ? ":80"
                                                               : "";
  if (!usual.empty() && origin.ends_with(usual)) origin.resize(origin.size() - usual.size());
  return origin;
}

std::string_view authority_of(std::string_view origin) {
  const auto scheme = origin.find("://");
  return scheme == std::string_view::npos ? std::string_view() : origin.substr(scheme + 3);
}

std::optional<Problem> judge(const Request& request, const LogInResult& result) {
  switch (result.outcome) {
    case LogInOutcome::right:
      return std::nullopt;
    case LogInOutcome::limited:
      return Problem{ProblemCode::rate_limited, "too many failed log-ins", {}, result.retry_after};
    case LogInOutcome::wrong:
      break;
  }
  logs::warn("request={} log-in failed from {}", request.id, request.client_address);
  return unauthorized();
}

}  // namespace

Gate::Gate(AccountManager& accounts, const std::string& public_url)
    : accounts_(accounts), own_origin_(origin_of(public_url)) {}

void Gate::check_credentials(const Request& request, Done<std::optional<Problem>> done) {
  auto credentials = parse_basic(request.header("Authorization"));
  if (!credentials) return done(std::optional(unauthorized()));
  accounts_.authenticate(
      {std::move(credentials->name), std::move(credentials->password),
       limit_key(request.client_address)},
      [&request, done = std::move(done)](Completion<LogInResult> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        done(judge(request, completion.take()));
      });
}

std::optional<Problem> Gate::check_site(const Request& request) const {
  const std::string_view site = request.header("Sec-Fetch-Site");
  const std::string_view origin = request.header("Origin");
  const std::string_view referer = request.header("Referer");
  const std::string_view host = request.header("Host");
  bool ours = true;
  if (!site.empty()) {
    ours = site == "same-origin" || site == "none";  // none: the user typed it
  } else if (!origin.empty()) {
    ours = is_own(origin, host);
  } else if (!referer.empty()) {
    // All that a browser says of an image or a link if we are served without TLS.
    ours = is_own(origin_of(referer), host);
  }
  if (ours) return std::nullopt;
  return Problem{ProblemCode::cross_site, "a page of another site may not ask for this"};
}

// The public URL's; or, since that may not be set, what the browser itself calls us. A page cannot
// choose what its browser says as Host. By DNS rebinding it can have us called by a name of its
// own, but for that name the browser has no credentials of ours.
bool Gate::is_own(std::string_view origin, std::string_view host) const {
  if (origin == own_origin_) return true;
  const std::string_view authority = authority_of(origin);
  const bool is_web = origin.starts_with("http://") || origin.starts_with("https://");
  // At our own public name only the scheme can differ, and what comes without TLS may be forged.
  return is_web && !host.empty() && authority == host && authority != authority_of(own_origin_);
}

}  // namespace promotions
