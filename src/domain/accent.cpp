#include "promotions/domain/accent.h"

#include <cmath>
#include <cstdio>

namespace promotions {
namespace {

constexpr Color kWhite{0xff, 0xff, 0xff};
// As dark as it must be for one of the two to have 4.5:1 on every colour: on the grey where both
// contrast alike, the ratio is the root of that between white and this.
constexpr Color kNearBlack{0x05, 0x05, 0x05};

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The relative luminance of WCAG 2.2.
double luminance(Color color) {
  const auto linear = [](std::uint8_t value) {
    const double share = value / 255.0;
    return share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue);
}

// The colour with `part` of 100 of another one.
Color mixed(Color color, Color other, int part) {
  const auto mix = [&](std::uint8_t one, std::uint8_t two) {
    return static_cast<std::uint8_t>((one * (100 - part) + two * part) / 100);
  };
  return {mix(color.red, other.red), mix(color.green, other.green), mix(color.blue, other.blue)};
}

// Moves the colour towards another one, no further than it must, until it can be read on `ground`.
Color readable_on(Color ground, Color color, Color towards) {
  for (int part = 0; part < 100; ++part) {
    const Color mix = mixed(color, towards, part);
    if (contrast(mix, ground) >= kReadableContrast) return mix;
  }
  return towards;
}

}  // namespace

std::optional<Color> parse_color(std::string_view text) {
  if (text.size() != 7 || text.front() != '#') return std::nullopt;
  std::array<std::uint8_t, 3> parts{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const int high = hex_value(text[1 + 2 * i]);
    const int low = hex_value(text[2 + 2 * i]);
    if (high < 0 || low < 0) return std::nullopt;
    parts[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return Color{parts[0], parts[1], parts[2]};
}

std::string to_text(Color color) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "#%02x%02x%02x", color.red, color.green, color.blue);
  return text.data();
}

double contrast(Color one, Color other) {
  const double first = luminance(one);
  const double second = luminance(other);
  return (std::max(first, second) + 0.05) / (std::min(first, second) + 0.05);
}

Accent accent_of(Color chosen) {
  return {
      .button = chosen,
      .on_button = contrast(chosen, kWhite) >= contrast(chosen, kNearBlack) ? kWhite : kNearBlack,
      .link_light = readable_on(kLightGround, chosen, kNearBlack),
      .link_dark = readable_on(kDarkGround, chosen, kWhite)};
}

}  // namespace promotions
