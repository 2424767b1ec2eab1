#include "promotions/http/body.h"

#include "support/catch.h"

using namespace promotions;

namespace {

constexpr char kForm[] = "application/x-www-form-urlencoded";

std::variant<Problem, Json> parsed(const std::string& body,
                                   const std::string& type = "application/json",
                                   std::vector<HeaderField> fields = {},
                                   BodyOf whose = BodyOf::participants) {
  FramedRequest framed;
  framed.method = "POST";
  framed.target = "/";
  framed.fields = std::move(fields);
  framed.fields.push_back({"Content-Type", type});
  framed.body = body;
  return parse_body(Request(framed, ""), whose);
}

Json form(const std::string& body) {
  const auto result = parsed(body, kForm);
  if (const auto* problem = std::get_if<Problem>(&result)) FAIL(problem->detail);
  return std::get<Json>(result);
}

Problem problem_of(const std::variant<Problem, Json>& result) {
  if (const auto* json = std::get_if<Json>(&result)) FAIL(json->dump());
  return std::get<Problem>(result);
}

std::string header_of(const Problem& problem, const std::string& name) {
  for (const auto& [each, value] : problem.headers) {
    if (each == name) return value;
  }
  return {};
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

TEST_CASE("body: JSON with a member twice is refused, wherever it is", "[http]") {
  for (const char* body : {R"({"email":"a","email":"a"})", R"({"data":{"x":1,"x":2}})",
                           R"({"a":[{"b":1,"b":1}]})", R"({"a":1,"\u0061":1})", R"({"":1,"":1})"}) {
    CAPTURE(body);
    CHECK(problem_of(parsed(body)).code == ProblemCode::malformed_request);
  }
  CHECK(std::holds_alternative<Json>(parsed(R"({"a":{"x":1},"b":{"x":1},"x":[{"x":1},{"x":1}]})")));
}

TEST_CASE("body: JSON is read as it was written", "[http]") {
  const Json expected = {{"a", {1, -2, 2.5, true, false, nullptr, "ñ\n"}},
                         {"b", {{"c", Json::object()}, {"d", Json::array()}}},
                         {"n", 18446744073709551615U}};
  CHECK(std::get<Json>(parsed("\uFEFF" + expected.dump())) == expected);  // a mark of its order
  for (const char* body :
       {"", "{", "[]", "1", "null", "{\"a\":NaN}", "{\"a\":Infinity}", "{'a':1}", "{\"a\":1,}",
        "{\"a\":01}", "{\"a\":\"\xFF\"}", "{}{}", "{\"a\":1e999}", "{\"a\":\"\\uD800\"}"}) {
    CAPTURE(body);
    CHECK(problem_of(parsed(body)).code == ProblemCode::malformed_request);
  }
}

TEST_CASE("body: a whole number that would become another one is refused by name", "[http]") {
  for (const char* digits :
       {"18446744073709551616", "-9223372036854775809", "34600000000000000000001"}) {
    CAPTURE(digits);
    const Problem problem =
        problem_of(parsed(std::string(R"({"data":{"a":1,"phone":)") + digits + "}}"));
    CHECK(problem.code == ProblemCode::invalid_field);
    REQUIRE(problem.errors.size() == 1);
    CHECK(problem.errors[0].field == "data.phone");
    CHECK(problem.errors[0].code == "too_many_digits");
  }
  for (const char* digits : {"9007199254740993", "-9223372036854775808", "1e300", "0.1"}) {
    CHECK(std::holds_alternative<Json>(parsed(std::string("{\"a\":") + digits + "}")));
  }
}

TEST_CASE("body: data in a form is written with dots or brackets, once or as a list", "[http]") {
  CHECK(form("data.name=J&data[age]=7&data%5Bcity%5D=X") ==
        Json{{"data", {{"name", "J"}, {"age", "7"}, {"city", "X"}}}});
  CHECK(form("data.a=1&data.a=1&data[b]=1&data.b=2") ==
        Json{{"data", {{"a", {"1", "1"}}, {"b", {"1", "2"}}}}});
  CHECK(form("data.a[]=1&data[b][]=2&data[c][]=3&data.c[]=4") ==
        Json{{"data", {{"a", {"1"}}, {"b", {"2"}}, {"c", {"3", "4"}}}}});
  CHECK(form("data.a=1&data[a][]=2") == Json{{"data", {{"a", {"1", "2"}}}}});
  CHECK(form("data.first.name=x&data.a[b=y") ==
        Json{{"data", {{"first.name", "x"}, {"a[b", "y"}}}});
  // An object in the data, which will be refused by its name.
  CHECK(form("data[a][b]=1") == Json{{"data", {{"a", {{"b", "1"}}}}}});
  CHECK(form("data.a[b]=1") == Json{{"data", {{"a", {{"b", "1"}}}}}});
  CHECK(form("data=&data.a=1") == Json{{"data", {{"a", "1"}}}});
  CHECK(form("data=x&data.a=1") == Json{{"data", "x"}});
  CHECK(form("data[]=x&database=y&data[a=z") ==
        Json{{"data[]", "x"}, {"database", "y"}, {"data[a", "z"}});
}

TEST_CASE("body: a field that comes twice is one if it says the same", "[http]") {
  CHECK(form("email=a&email=a&locale=es") == Json{{"email", "a"}, {"locale", "es"}});
  CHECK(form("email=a&email=b&email=c") == Json{{"email", {"a", "b"}}});
  const Json twice = form("email=a&email=b");
  FieldReader fields(twice);
  CHECK_FALSE(fields.required_text("email"));
  REQUIRE(fields.failed());
  CHECK(fields.problem().errors[0].field == "email");
  CHECK(fields.problem().errors[0].code == "several_values");
}

TEST_CASE("body: the encoding is UTF-8 by any of its names, or ASCII that is ASCII", "[http]") {
  for (const char* charset : {"utf-8", "utf8", "\"UTF-8\"", "unicode-1-1-utf-8", " utf8",
                              "x-unicode20utf8", "us-ascii", "ASCII"}) {
    CAPTURE(charset);
    const std::string parameter = std::string("; charset=") + charset;
    CHECK(std::holds_alternative<Json>(parsed("{}", "application/json" + parameter)));
    CHECK(std::holds_alternative<Json>(parsed("a=%C3%B1", kForm + parameter)));
  }
  for (const char* charset : {"latin1", "utf-16", "windows-1252", "\"\"", "x\"utf-8\""}) {
    CAPTURE(charset);
    const Problem problem =
        problem_of(parsed("{}", std::string("application/json;charset=") + charset));
    CHECK(problem.code == ProblemCode::unsupported_media_type);
  }
  CHECK(problem_of(parsed("{\"a\":\"ñ\"}", "application/json;charset=ascii")).code ==
        ProblemCode::unsupported_media_type);
  CHECK(form("_charset_=UTF-8&a=1") == Json{{"a", "1"}});
  CHECK(problem_of(parsed("_charset_=windows-1252&a=1", kForm)).code ==
        ProblemCode::unsupported_media_type);
}

TEST_CASE("body: what is not taken is answered with what is", "[http]") {
  for (const char* type :
       {"", "text/plain", "application/xml", "text/json", "json", "multipart/mixed"}) {
    CAPTURE(type);
    const Problem problem = problem_of(parsed("{}", type));
    CHECK(problem.code == ProblemCode::unsupported_media_type);
    CHECK(header_of(problem, "Accept-Post") ==
          "application/json, application/x-www-form-urlencoded, multipart/form-data");
    CHECK(header_of(problem, "Accept-Encoding").empty());
  }
  const Problem admin =
      problem_of(parsed("--x--", "multipart/form-data; boundary=x", {}, BodyOf::administrators));
  CHECK(admin.code == ProblemCode::unsupported_media_type);
  CHECK(header_of(admin, "Accept-Post") == "application/json, application/x-www-form-urlencoded");
}

TEST_CASE("body: a compressed one is refused, and one that says it is not is taken", "[http]") {
  for (const char* coding : {"gzip", "br", "GZIP", "identity, deflate", "x-unknown"}) {
    CAPTURE(coding);
    const Problem problem =
        problem_of(parsed("{}", "application/json", {{"Content-Encoding", coding}}));
    CHECK(problem.code == ProblemCode::unsupported_media_type);
    CHECK(header_of(problem, "Accept-Encoding") == "identity");
  }
  for (const char* coding : {"identity", "Identity", "", " , identity"}) {
    CHECK(std::holds_alternative<Json>(
        parsed("{}", "application/json", {{"Content-Encoding", coding}})));
  }
}

TEST_CASE("body: a form in parts says the same as one in a line", "[http]") {
  const std::string body =
      "--x\r\nContent-Disposition: form-data; name=\"data[a][]\"\r\n\r\nñ\r\n"
      "--x\r\nContent-Disposition: form-data; name=\"campaign\"\r\n\r\ndemo\r\n--x--\r\n";
  CHECK(std::get<Json>(parsed(body, "multipart/form-data; boundary=x")) ==
        Json{{"campaign", "demo"}, {"data", {{"a", {"ñ"}}}}});
}
