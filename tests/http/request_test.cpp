#include "promotions/http/request.h"

#include "support/catch.h"

using namespace promotions;

namespace {

FramedRequest framed(const std::string& target) {
  FramedRequest request;
  request.method = "GET";
  request.target = target;
  return request;
}

std::optional<std::string> query(const std::string& target, std::string_view name) {
  const FramedRequest request = framed(target);
  const Request parsed(request, "");
  CHECK_FALSE(parsed.malformed());
  return parsed.query(name);
}

}  // namespace

TEST_CASE("request: a query is read for what is asked for, whatever else is in it", "[http]") {
  for (const char* others : {"&utm_campaign=ni%F1o", "&x=50%", "&%", "&%00=%00", "&x=%zz&y=%f",
                             "&=", "&&&", "&x=\xF1&\xFF", "&%E1=a", "&after=%FF"}) {
    CAPTURE(others);
    CHECK(query(std::string("/?after=7") + others, "after") == "7");
    CHECK_FALSE(query(std::string("/?x=7") + others, "limit"));
  }
  CHECK(query("/?x=%&q=a+b%26c", "q") == "a b&c");
  CHECK(query("/?%71=a&q=b", "q") == "a");
  CHECK(query("/?q", "q") == "");
  CHECK_FALSE(query("/", "q"));
}

TEST_CASE("request: what is asked for must be well-formed", "[http]") {
  for (const char* value : {"%F1", "50%", "%2", "%zz", "a%00b", "\xFF"}) {
    CAPTURE(value);
    CHECK_THROWS_AS(query(std::string("/?q=") + value, "q"), MalformedParameter);
  }
}
