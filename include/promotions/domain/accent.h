// The colour of a campaign, and the colours that follow from it so that words can be read on it and
// in it: WCAG 2.2, success criterion 1.4.3.
//
// All functions are pure and thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace promotions {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  friend bool operator==(const Color&, const Color&) = default;
};

// What words need on their ground, and links on theirs.
inline constexpr double kReadableContrast = 4.5;

// "#rrggbb" in any case; nullopt for anything else.
std::optional<Color> parse_color(std::string_view text);
std::string to_text(Color color);  // "#rrggbb" in lower case

// The contrast ratio of WCAG 2.2: 1 (the same) to 21 (black and white).
double contrast(Color one, Color other);

// The ground on which the pages show links in one of their two schemes.
inline constexpr Color kLightGround{0xff, 0xff, 0xff};
inline constexpr Color kDarkGround{0x1c, 0x23, 0x2c};

// The colours of a campaign's buttons and links.
struct Accent {
  Color button;      // as the organiser chose it
  Color on_button;   // white or near-black, whichever contrasts more
  Color link_light;  // the colour, darkened until it can be read on kLightGround
  Color link_dark;   // the colour, lightened until it can be read on kDarkGround
};

// All of the four can be read, whatever the colour is: see contrast_on_button().
Accent accent_of(Color chosen);

}  // namespace promotions
