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
