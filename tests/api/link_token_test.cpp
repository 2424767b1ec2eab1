#include "api/link_token.h"

#include "promotions/domain/token.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const std::string& genuine() {
  static const std::string token = [] {
    TokenSecret secret{};
    secret.fill(7);
    return TokenSigner(secret).sign({TokenPurpose::verify, 3, 42, "ana@example.org"},
                                    Time{Millis{1'790'000'000'123}});
  }();
  return token;
}

std::string token_of(const std::string& query, const Json& body = Json::object()) {
  FramedRequest framed;
  framed.method = "GET";
  framed.target = "/verify_subscriber?" + query;
  return link_token(Request(framed, ""), body);
}

}  // namespace

TEST_CASE("link token: what mail programs do to links does no harm", "[api]") {
  const std::string& t = genuine();
  const std::string head = t.substr(0, 30);
  const std::string tail = t.substr(30);
  for (const std::string& query : {
           t,
           t + ".",
           t + ")",
           t + "%20",
           t + "%29.",
           "%3C" + t + "%3E",
           "<" + t + ">",
           "%22" + t + "%22",
           t + "\"",
           t + ",",
           t + "%C2%A0",
           t + "%E2%80%8B",
           t + "\xA0",
           t + "%A0",
           t + "%",
           t + "%2",
           t + "%0D%0A",
           t + "]]",
           t + "%3C/a%3E",
           t + "+",
           t + "=",
           t + "%E3%80%82",
           "%EF%BB%BF" + t,
           "+" + t,
           "3D" + t,
           "3d" + t,
           "=3D" + t,
           "%3D" + t,
           "%3D3D" + t,
           head + "=%0D%0A" + tail,
           head + "=%0A" + tail,
           head + "=" + tail,
           head + "%20" + tail,
           head + "+" + tail,
           head + "=%20%0D%0A%09" + tail,
           head + "%E2%80%8B" + tail,
           head + "%C2%AD" + tail,
           "token%3D" + t,
           "token=" + t,
           "token%3D3D" + t,
           t + "%2520",
           "%2522" + t + "%2522",
           "token%253D" + t,
           "3D" + head + "=%0D%0A" + tail + ".",
           t + "&utm_campaign=ni%F1o",
           t + "&x=50%",
           t + "&token=",
           t + "&token=" + t,
       }) {
    CAPTURE(query);
    CHECK(token_of("token=" + query) == t);
  }
  CHECK(token_of("token%3D" + t) == t);
  CHECK(token_of("token%3d3D" + t + ".") == t);
  CHECK(token_of("utm=%F1&token=" + t) == t);
  CHECK(token_of("token=&token=" + t) == t);
  CHECK(token_of("token=%FF&token=" + t) == t);
}

TEST_CASE("link token: a token that was changed does not become a genuine one", "[api]") {
  const std::string& t = genuine();
  for (const std::string& query : std::vector<std::string>{
           t + "A", "A" + t, t.substr(1), t.substr(0, t.size() - 1), t + t, "3E" + t,
           t.substr(0, 30) + "." + t.substr(30), t.substr(0, 30) + "/" + t.substr(30), "%", "",
           "nonsense", "3D", "token"}) {
    CAPTURE(query);
    CHECK(token_of("token=" + query) != t);
  }
  CHECK(token_of("").empty());
  CHECK(token_of("other=" + t).empty());
}

TEST_CASE("link token: that of a form counts before that of the query", "[api]") {
  const std::string& t = genuine();
  CHECK(token_of("token=x", {{"token", " 3D" + t + ".\r\n"}}) == t);
  CHECK(token_of("token=" + t, Json::object()) == t);
  CHECK(token_of("", {{"token", {"x", t}}}) == t);  // a field that came twice
  CHECK(token_of("token=" + t, {{"token", 7}}) == t);
  CHECK(token_of("token=" + t, {{"token", "x"}}) == "x");
}

TEST_CASE("link token: that of a further sign-up, which is longer, is recovered as well", "[api]") {
  TokenSecret secret{};
  secret.fill(7);
  const std::string t = TokenSigner(secret).sign(
      {TokenPurpose::verify, 3, 42, "ana@example.org", 9}, Time{Millis{1'790'000'000'123}});
  REQUIRE(t.size() > genuine().size());
  for (const std::string& query : std::vector<std::string>{
           t, t + ".", "3D" + t, "token%3D" + t + "%20", t.substr(0, 66) + "=%0D%0A" + t.substr(66),
           t.substr(0, 2) + "=%0A" + t.substr(2)}) {
    CAPTURE(query);
    CHECK(token_of("token=" + query) == t);
  }
  for (const std::string& query :
       std::vector<std::string>{t + "A", t.substr(0, 66), t.substr(0, 66) + ".", "A" + t}) {
    CAPTURE(query);
    CHECK(token_of("token=" + query) != t);
  }
}
