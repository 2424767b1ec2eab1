#include "http/media_type.h"

#include "support/catch.h"

using namespace promotions;

namespace {

std::string charset(const char* type) {
  const MediaType parsed = parse_media_type(type);
  const auto* found = parsed.parameter("charset");
  return found == nullptr ? "(none)" : *found;
}

}  // namespace

TEST_CASE("media type: type and parameters, quoted or not, in any case", "[http]") {
  CHECK(parse_media_type(" Application/JSON ; charset=utf-8").type == "application/json");
  CHECK(charset("application/json;charset=utf-8") == "utf-8");
  CHECK(charset("application/json ; CHARSET=\"UTF-8\"") == "UTF-8");
  CHECK(charset("application/json; a=\"b;charset=x\"; charset=y") == "y");
  CHECK(charset("application/json; a=\"b\\\";charset=x\"; charset=y") == "y");
  CHECK(charset("application/json; charset=\"utf\\-8\"") == "utf-8");
  CHECK(charset("application/json; charset=\"\\u\\t\\f\\\\\"") == "utf\\");
  CHECK(charset("application/json; charset=\"utf-8\\") == "utf-8\\");
  CHECK(charset("application/json; charset=a; charset=b") == "a");
  CHECK(charset("application/json; xcharset=a") == "(none)");
  CHECK(charset("application/json;;; charset") == "(none)");
  CHECK(charset("application/json; charset=") == "(none)");
  CHECK(charset("application/json; char set=a") == "(none)");
  CHECK(parse_media_type("").type.empty());
  CHECK(parse_media_type("a; b=\"c").parameter("b") != nullptr);
}

TEST_CASE("media type: in a form a backslash is one unless a quote or another follows", "[http]") {
  const auto name = [](const char* text) {
    return parse_disposition(text).parameter("filename") == nullptr
               ? "(none)"
               : *parse_disposition(text).parameter("filename");
  };
  CHECK(name("form-data; filename=\"C:\\new\\a.txt\"") == "C:\\new\\a.txt");
  CHECK(name("form-data; filename=\"a\\\"b\\\\c\"") == "a\"b\\c");
}

TEST_CASE("media type: labels of UTF-8 and of ASCII", "[http]") {
  for (const char* label : {"utf-8", "UTF8", " utf8 ", "unicode-1-1-utf-8", "unicode11utf8",
                            "unicode20utf8", "x-unicode20utf8"}) {
    CHECK(is_utf8_label(label));
    CHECK_FALSE(is_ascii_label(label));
  }
  for (const char* label : {"ascii", "US-ASCII", "ANSI_X3.4-1968"}) CHECK(is_ascii_label(label));
  for (const char* label : {"", "latin1", "iso-8859-1", "utf-16", "utf-7", "windows-1252", "cp1252",
                            "utf_8", "utf-8-sig"}) {
    CHECK_FALSE(is_utf8_label(label));
    CHECK_FALSE(is_ascii_label(label));
  }
}
