#include "http/gate.h"

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

Passage judge(const Request& request, std::string account, const LogInResult& result) {
  switch (result.outcome) {
    case LogInOutcome::right:
      return Principal{Principal::Kind::account, std::move(account), request.who.network};
    case LogInOutcome::limited:
      return Problem{ProblemCode::rate_limited, "too many failed log-ins", {}, result.retry_after};
    case LogInOutcome::wrong:
      break;
  }
  logs::warn("request={} log-in failed from {}", request.id, request.client_address);
  return unauthorized();
}

}  // namespace

void Gate::identify(const Request& request, Done<Passage> done) {
  auto credentials = parse_basic(request.header("Authorization"));
  if (!credentials) return done(Passage(unauthorized()));
  // `request` may be captured by reference, since `done` owns it.
  accounts_.authenticate({credentials->name, std::move(credentials->password), request.who.network},
                         [&request, name = credentials->name,
                          done = std::move(done)](Completion<LogInResult> completion) mutable {
                           if (completion.has_failed()) return done(completion.error());
                           done(judge(request, std::move(name), completion.take()));
                         });
}

}  // namespace promotions
