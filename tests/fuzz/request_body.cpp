// What handlers read of a request: path, query and body. The input is the target up to the first
// LF, the media type and what is accepted up to the next two, and the body.
#include "promotions/http/body.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "api/link_token.h"
#include "fuzz/require.h"
#include "http/multipart.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/token.h"
#include "promotions/http/request.h"

using namespace promotions;
using fuzz::require;

namespace {

constexpr int kMaxDepth = 16;

std::string_view take_line(std::string_view& input) {
  const std::string_view line = input.substr(0, input.find('\n'));
  input.remove_prefix(std::min(line.size() + 1, input.size()));
  return line;
}

void check_text(std::string_view text) {
  require(is_utf8(text), "text is UTF-8");
  require(text.find('\0') == std::string_view::npos, "text from a URL or a form has no NUL");
}

int depth_of(const Json& value) {
  int deepest = 0;
  if (value.is_structured()) {
    for (const Json& member : value) deepest = std::max(deepest, depth_of(member));
  }
  return value.is_structured() ? deepest + 1 : 0;
}

void check_object(const Json& body) {
  require(body.is_object(), "a body is an object");
  require(depth_of(body) <= kMaxDepth, "a body is not too deep");
  const Json copy = Json::parse(body.dump());  // throws if it is not UTF-8
  require(copy == body, "a body can be written and read again");
}

// Either what is no token or exactly the length of one.
void check_token(const std::string& token) {
  require(TokenSigner::recover(token).value_or(token) == token, "a token is recovered once");
}

// By a boundary that the corpus knows.
void check_multipart(std::string_view body) {
  const auto parsed = parse_multipart(body, parse_media_type("multipart/form-data; boundary=xyz"));
  const auto* parts = std::get_if<std::vector<Part>>(&parsed);
  if (parts == nullptr) return;
  require(parts->size() <= kMaxParts, "parts are bounded");
  for (const Part& part : *parts) {
    check_text(part.name);
    require(part.content.find("\r\n--xyz") == std::string_view::npos,
            "a part ends at its delimiter");
    require(part.content.empty() ||
                (part.content.data() >= body.data() &&
                 part.content.data() + part.content.size() <= body.data() + body.size()),
            "a part lies in the body");
  }
}

void check_problem(const Problem& problem) {
  require(is_utf8(to_json(problem).dump()), "a problem can be written");
  require(status_of(problem.code) >= 400 && status_of(problem.code) < 500,
          "a body that is refused is the client's fault");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  FramedRequest framed;
  framed.method = "POST";
  framed.target = take_line(input);
  framed.fields.push_back({"Content-Type", std::string(take_line(input))});
  framed.fields.push_back({"Accept", std::string(take_line(input))});
  framed.fields.push_back({"Accept-Language", framed.fields.back().value});
  framed.body = input;

  const Request request(framed, "/raffles");
  check_text(request.path());
  try {
    if (const auto token = request.query("token")) check_text(*token);
  } catch (const MalformedParameter& error) {
    require(is_utf8(error.what()), "what is said of a parameter is UTF-8");
  }
  require(!request.malformed() || request.path().empty(), "a malformed request has no path");
  static_cast<void>(request.prefers_html());
  if (const auto locale = request.asked_locale())
    require(Locale::find(locale->tag()) == *locale, "a locale is one of ours");

  for (const BodyOf whose : {BodyOf::participants, BodyOf::administrators}) {
    const auto body = parse_body(request, whose);
    if (const auto* problem = std::get_if<Problem>(&body)) {
      check_problem(*problem);
    } else {
      check_object(std::get<Json>(body));
      check_token(link_token(request, std::get<Json>(body)));
    }
  }
  check_multipart(framed.body);
  return 0;
}
