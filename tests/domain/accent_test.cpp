// The colours that follow from an organiser's: all words can be read.
#include "promotions/domain/accent.h"

#include <cmath>

#include "support/catch.h"

using namespace promotions;

TEST_CASE("accent: contrast is that of WCAG 2.2", "[domain]") {
  const Color white{0xff, 0xff, 0xff};
  const auto rounded = [](double ratio) { return std::lround(ratio * 100); };
  CHECK(rounded(contrast(white, {})) == 2100);
  CHECK(rounded(contrast({}, white)) == 2100);
  CHECK(rounded(contrast(white, white)) == 100);
  CHECK(rounded(contrast(white, {0x77, 0x77, 0x77})) == 448);
}

TEST_CASE("accent: a colour is six hexadecimal digits", "[domain]") {
  CHECK(parse_color("#1C57d1") == Color{0x1c, 0x57, 0xd1});
  CHECK(to_text(Color{0x1c, 0x57, 0xd1}) == "#1c57d1");
  for (const char* bad : {"", "#fff", "1c57d1", "#1c57dg", "#1c57d1ff", "red", " #1c57d1"}) {
    INFO(bad);
    CHECK(!parse_color(bad));
  }
}

TEST_CASE("accent: whatever the colour, words on buttons and links can be read in both schemes",
          "[domain]") {
  for (int step = 0; step < 16 * 16 * 16; ++step) {
    const auto part = [&](int shift) {
      return static_cast<std::uint8_t>(((step >> shift) & 15) * 17);
    };
    const Color chosen{part(8), part(4), part(0)};
    const Accent accent = accent_of(chosen);
    INFO(to_text(chosen));
    CHECK(accent.button == chosen);
    REQUIRE(contrast(accent.button, accent.on_button) >= kReadableContrast);
    REQUIRE(contrast(accent.link_light, kLightGround) >= kReadableContrast);
    REQUIRE(contrast(accent.link_dark, kDarkGround) >= kReadableContrast);
  }
  for (int grey = 0; grey < 256; ++grey) {
    const auto value = static_cast<std::uint8_t>(grey);
    const Accent accent = accent_of({value, value, value});
    REQUIRE(contrast(accent.button, accent.on_button) >= kReadableContrast);
  }
}

TEST_CASE("accent: a colour that can be read already stays as it is", "[domain]") {
  const Accent blue = accent_of({0x1c, 0x57, 0xd1});
  CHECK(blue.link_light == Color{0x1c, 0x57, 0xd1});
  CHECK(blue.link_dark != Color{0x1c, 0x57, 0xd1});
  CHECK(accent_of({0xff, 0xcc, 0x00}).link_dark == Color{0xff, 0xcc, 0x00});
}
