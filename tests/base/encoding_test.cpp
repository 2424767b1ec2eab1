#include "promotions/base/encoding.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("base64url: what is encoded is decoded, and nothing else is", "[base]") {
  const Bytes bytes{0x00, 0xFF, 0x10, 0x83, 0xFB};
  const std::string text = to_base64url(bytes);
  CHECK(text == "AP8Qg_s");
  CHECK(from_base64url(text) == bytes);
  CHECK_FALSE(from_base64url("AP8Qg_s="));
  CHECK_FALSE(from_base64url("AP8Qg_t"));  // a set bit that no encoder sets
  CHECK_FALSE(from_base64url("AP8Q g_s"));
  CHECK_FALSE(from_base64url("AP8Qg/s"));
}

TEST_CASE("base64: a byte that is not ASCII is in no alphabet", "[base]") {
  // libsodium 1.0.18 takes each of these for a digit.
  for (int byte = 0x80; byte <= 0xFF; ++byte) {
    CAPTURE(byte);
    CHECK_FALSE(from_base64url(std::string("AP8") + static_cast<char>(byte)));
    CHECK_FALSE(from_base64(std::string("AP8") + static_cast<char>(byte)));
  }
  CHECK(from_base64url("AP8Q") == Bytes{0x00, 0xFF, 0x10});
  CHECK_FALSE(from_base64("YW5h\xC3\xB1"));
}

TEST_CASE("percent_encoded: what is not unreserved is written as its bytes", "[base]") {
  CHECK(percent_encoded("").empty());
  CHECK(percent_encoded("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encoded("a b+c&d=e/%") == "a%20b%2Bc%26d%3De%2F%25");
  CHECK(percent_encoded("ñ\xFF") == "%C3%B1%FF");
  CHECK(percent_encoded(std::string(1, '\0')) == "%00");
}

TEST_CASE("is_utf8: overlong forms, surrogates and stray bytes are refused", "[base]") {
  CHECK(is_utf8("plain"));
  CHECK(is_utf8("sorteo ñ €, 🎉"));
  for (const char* bad : {"\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80",
                          "\xC3", "\xE2\x82", "\xFF"}) {
    CAPTURE(to_hex({reinterpret_cast<const unsigned char*>(bad), std::string_view(bad).size()}));
    CHECK_FALSE(is_utf8(bad));
  }
}
