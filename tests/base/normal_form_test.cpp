#include "promotions/base/normal_form.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("normal form: what can be written in several ways has one", "[base]") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"", ""},
      {"plain \x7F\n", "plain \x7F\n"},
      {"e\u0301", "\u00E9"},               // an accent on its own
      {"a\u0323\u0307", "\u1EA1\u0307"},   // two, in their order
      {"a\u0307\u0323", "\u1EA1\u0307"},   // and not in it
      {"\u212B", "\u00C5"},                // the sign of ångström
      {"\u0958", "\u0915\u093C"},          // a letter that is never composed
      {"\u1100\u1161\u11A8", "\uAC01"},    // Hangul
      {"\uFB01 \u00B2", "\uFB01 \u00B2"},  // NFC keeps ligatures and small digits
      {std::string("\0e\u0301", 4), std::string("\0\u00E9", 3)},
  };
  for (const auto& [text, normal] : rows) {
    CAPTURE(text);
    CHECK(to_nfc(text) == normal);
    CHECK(is_nfc(text) == (text == normal));
    CHECK(is_nfc(normal));
  }
  CHECK_FALSE(is_nfc("\xC3"));
}

TEST_CASE("normal form: code points that nothing is known of are found", "[base]") {
  CHECK_FALSE(has_unassigned(""));
  CHECK_FALSE(has_unassigned("señor 🎲 \uE000"));  // one for private use is assigned to that
  CHECK(has_unassigned("a\u0378"));
  CHECK(has_unassigned("\U000E0000"));
  CHECK(has_unassigned("\uFFFF"));
}
