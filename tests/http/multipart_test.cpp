#include "http/multipart.h"

#include "support/catch.h"

using namespace promotions;
using namespace std::string_literals;

namespace {

const MediaType kType = parse_media_type("multipart/form-data; boundary=xyz");

std::string part(const std::string& name, const std::string& value, const std::string& more = {}) {
  return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" +
         value + "\r\n";
}

FormFields fields_of(const std::string& body) {
  const auto parsed = parse_multipart_fields(body, kType);
  if (const auto* problem = std::get_if<Problem>(&parsed)) FAIL(problem->detail);
  return std::get<FormFields>(parsed);
}

Problem problem_of(const std::string& body, const MediaType& type = kType) {
  const auto parsed = parse_multipart_fields(body, type);
  REQUIRE(std::holds_alternative<Problem>(parsed));
  return std::get<Problem>(parsed);
}

ProblemCode code_of(const std::string& body) {
  return problem_of(body).code;
}

}  // namespace

TEST_CASE("multipart: fields come out as they went in", "[http]") {
  const FormFields expected{
      {"campaign", "demo"}, {"data.lines", "a\r\n--xy\r\n\r\nb"}, {"empty", ""}};
  const std::string parts =
      part("campaign", "demo") + part("data.lines", "a\r\n--xy\r\n\r\nb") + part("empty", "");
  CHECK(fields_of(parts + "--xyz--\r\n") == expected);
  CHECK(fields_of(parts + "--xyz--") == expected);
  CHECK(fields_of("for old programs\r\n" + parts + "--xyz--\r\nand after it") == expected);
  CHECK(fields_of("\r\n" + parts + "--xyz--") == expected);
  CHECK(fields_of("--xyz--\r\n").empty());
  CHECK(fields_of("--xyz \t\r\ncontent-DISPOSITION:form-data;name=a\r\n\r\nb\r\n--xyz--") ==
        FormFields{{"a", "b"}});
  CHECK(fields_of(part("a", "ñ", "\r\nContent-Type: text/plain; charset=utf8") + "--xyz--") ==
        FormFields{{"a", "ñ"}});
  CHECK(fields_of(part("a%22b%0D%0Ac\\\"d%20", "x") + "--xyz--") ==
        FormFields{{"a\"b\r\nc\"d%20", "x"}});
}

TEST_CASE("multipart: a file is refused by its name, and one that was not chosen is none",
          "[http]") {
  for (const char* file : {"; filename=\"a.txt\"", "; filename=a.txt", "; filename*=UTF-8''a.txt",
                           "; filename=\"\"; filename*=UTF-8''x",
                           "; filename=\"a.txt\"\r\nContent-Type: text/plain"}) {
    CAPTURE(file);
    const Problem problem = problem_of(part("photo", "x", file) + "--xyz--");
    CHECK(problem.code == ProblemCode::invalid_field);
    REQUIRE(problem.errors.size() == 1);
    CHECK(problem.errors[0].field == "photo");
    CHECK(problem.errors[0].code == "file");
  }
  CHECK(code_of(part("photo", "", "; filename=\"a.txt\"") + "--xyz--") ==
        ProblemCode::invalid_field);
  CHECK(code_of(part("photo", "x", "; filename=\"\"") + "--xyz--") == ProblemCode::invalid_field);
  CHECK(fields_of(part("photo", "", "; filename=\"\"\r\nContent-Type: application/octet-stream") +
                  "--xyz--") == FormFields{{"photo", ""}});
}

TEST_CASE("multipart: what is not whole, or not clear, is refused", "[http]") {
  const std::string whole = part("a", "b") + "--xyz--";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    CAPTURE(length);
    CHECK(code_of(whole.substr(0, length)) == ProblemCode::malformed_request);
  }
  for (const std::string& body : {
           "--xyzz\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--xyz--"s,
           "--xyz\nContent-Disposition: form-data; name=a\n\nb\n--xyz--\n"s,
           "--xyz\r\n\r\nb\r\n--xyz--"s,
           "--xyz\r\nContent-Disposition: form-data\r\n\r\nb\r\n--xyz--"s,
           "--xyz\r\nContent-Disposition: attachment; name=a\r\n\r\nb\r\n--xyz--"s,
           "--xyz\r\nContent-Disposition: form-data; name=a\r\n"
           "Content-Disposition: form-data; name=b\r\n\r\nb\r\n--xyz--"s,
           "--xyz\r\nnonsense\r\n\r\nb\r\n--xyz--"s,
           part("a", "b", "\r\nContent-Transfer-Encoding: base64") + "--xyz--",
           part("a", "\xFF") + "--xyz--",
           part("\xFF", "a") + "--xyz--",
           part("a", "b\0"s) + "--xyz--",
           part("a", "b", "\r\nX-Long: " + std::string(5000, 'x')) + "--xyz--",
       }) {
    CAPTURE(body.substr(0, 200));
    CHECK(code_of(body) == ProblemCode::malformed_request);
  }
  CHECK(code_of(part("a", "b", "\r\nContent-Type: text/plain;charset=latin1") + "--xyz--") ==
        ProblemCode::unsupported_media_type);
}

TEST_CASE("multipart: its boundary is one, and its parts are bounded", "[http]") {
  for (const std::string& type :
       {"multipart/form-data"s, "multipart/form-data; boundary="s,
        "multipart/form-data; boundary=\"a \""s, "multipart/form-data; boundary=a\"b"s,
        "multipart/form-data; boundary=" + std::string(71, 'x')}) {
    CAPTURE(type);
    CHECK(problem_of("--\r\n", parse_media_type(type)).code == ProblemCode::malformed_request);
  }
  std::string body;
  for (std::size_t i = 0; i < kMaxParts; ++i) body += part("data.x", "1");
  CHECK(fields_of(body + "--xyz--").size() == kMaxParts);
  CHECK(code_of(body + part("data.x", "1") + "--xyz--") == ProblemCode::malformed_request);
}
