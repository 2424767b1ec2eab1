#include "http/body.h"

#include "support/catch.h"

using namespace promotions;

namespace {

std::variant<Problem, Json> parsed(const std::string& body) {
  FramedRequest framed;
  framed.method = "POST";
  framed.target = "/";
  framed.fields = {{"Content-Type", "application/json"}};
  framed.body = body;
  return parse_body(Request(framed, ""));
}

std::string nested(std::size_t depth) {
  return "{\"a\":" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
}

}  // namespace

TEST_CASE("body: JSON nested deeper than any field needs is refused", "[http]") {
  CHECK(std::holds_alternative<Json>(parsed(nested(16))));
  for (const std::size_t depth : {17, 30'000, 4'000'000}) {
    CAPTURE(depth);
    const auto result = parsed(nested(depth));
    REQUIRE(std::holds_alternative<Problem>(result));
    CHECK(std::get<Problem>(result).code == ProblemCode::malformed_request);
  }
  CHECK(std::holds_alternative<Problem>(parsed("{\"a\":" + std::string(30'000, '['))));
}

TEST_CASE("body: brackets in strings and beside each other are not nested", "[http]") {
  const std::string open(100, '[');
  CHECK(std::holds_alternative<Json>(parsed("{\"" + open + "\":\"" + open + "\"}")));
  CHECK(std::holds_alternative<Json>(parsed("{\"a\":\"\\\"" + open + "\\\\\"}")));
  std::string beside = "[]";
  for (int i = 0; i < 100; ++i) beside += ",{}";
  CHECK(std::holds_alternative<Json>(parsed("{\"a\":[" + beside + "]}")));
}
