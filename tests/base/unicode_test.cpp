#include "promotions/base/unicode.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("unicode: the ends of each range belong to it, and their neighbours do not", "[base]") {
  for (const char32_t code_point :
       {U'\u00AD', U'\u180B', U'\u180F', U'\u200B', U'\u200F', U'\u202A', U'\u202E', U'\u2060',
        U'\u206F', U'\uFEFF', U'\U000E0000', U'\U000E0FFF'}) {
    CHECK(is_invisible(code_point));
    CHECK_FALSE(is_white_space(code_point));
  }
  for (const char32_t code_point : {U'a', U'\u00AC', U'\u00AE', U'\u180A', U'\u1810', U'\u200A',
                                    U'\u2010', U'\u2029', U'\u202F', U'\u2070', U'\U000E1000'}) {
    CHECK_FALSE(is_invisible(code_point));
  }
  for (const char32_t code_point : {U'\t', U'\r', U' ', U'\u00A0', U'\u2000', U'\u200A', U'\u2028',
                                    U'\u2029', U'\u202F', U'\u205F', U'\u3000'}) {
    CHECK(is_white_space(code_point));
  }
  for (const char32_t code_point : {U'\b', U'\u000E', U'!', U'\u1FFF', U'\u3001'}) {
    CHECK_FALSE(is_white_space(code_point));
  }
}

TEST_CASE("unicode: one line has nothing that ends it or turns what follows", "[base]") {
  for (const char* text :
       {"", "Sorteo de Navidad", "קרן", "👩\u200D🚀 y a\u00ADmigos", "\uFFFD\xFF"}) {
    CHECK(is_one_line(text));
  }
  for (const char* text :
       {"a\nb", "\t", "a\x7F", "\u0085", "\u2028", "\u202Egpj", "\u2066x\u2069"}) {
    CHECK_FALSE(is_one_line(text));
  }
}

TEST_CASE("unicode: characters are taken one by one, and broken bytes too", "[base]") {
  std::string_view text = "a\u00F1\u3000\U000E0041\xFF\xC3";
  for (const char32_t expected :
       {U'a', U'\u00F1', U'\u3000', U'\U000E0041', U'\uFFFD', U'\uFFFD'}) {
    CHECK(take_code_point(text) == expected);
  }
  CHECK(text.empty());
}

TEST_CASE("unicode: what was typed has lost only what nobody sees", "[base]") {
  CHECK(as_typed("a b") == "a b");
  CHECK(as_typed("\u00A0 a\u200B b\u3000\n") == "a b");
  CHECK(as_typed("\xE2\u200C\x80\x8C") == "\xE2\u200C\x80\x8C");  // else: a new U+200C
  CHECK(as_typed("").empty());
  CHECK(is_blank(" \u200B\u00A0\t"));
  CHECK_FALSE(is_blank(" . "));
  CHECK(trim_white_space("\u3000").empty());
}
