#include "promotions/base/unicode.h"

#include <algorithm>
#include <array>
#include <span>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr char32_t kReplacement = 0xFFFD;

// Default_Ignorable_Code_Point of DerivedCoreProperties.txt, Unicode 14.0. It is the same in 15 and
// 16, because it includes the ranges that are reserved for such characters. In ascending order.
constexpr std::array kInvisible{
    Range{0x00AD, 0x00AD},   Range{0x034F, 0x034F},   Range{0x061C, 0x061C},
    Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F},
    Range{0x200B, 0x200F},   Range{0x202A, 0x202E},   Range{0x2060, 0x206F},
    Range{0x3164, 0x3164},   Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},
    Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFF8},   Range{0x1BCA0, 0x1BCA3},
    Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
};

// White_Space of PropList.txt, Unicode 14.0. In ascending order.
constexpr std::array kWhiteSpace{
    Range{0x0009, 0x000D}, Range{0x0020, 0x0020}, Range{0x0085, 0x0085}, Range{0x00A0, 0x00A0},
    Range{0x1680, 0x1680}, Range{0x2000, 0x200A}, Range{0x2028, 0x2029}, Range{0x202F, 0x202F},
    Range{0x205F, 0x205F}, Range{0x3000, 0x3000},
};

// See acts_on_lines(). In ascending order.
constexpr std::array kActsOnLines{Range{0x0000, 0x001F}, Range{0x007F, 0x009F},
                                  Range{0x2028, 0x202E}, Range{0x2066, 0x2069}};

bool is_in(std::span<const Range> ranges, char32_t code_point) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code_point,
                       [](char32_t value, const Range& range) { return value < range.first; });
  return after != ranges.begin() && code_point <= std::prev(after)->last;
}

// How many bytes the first character has; 0 if the first byte does not begin one.
std::size_t length_of_first(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (text.size() < length || !is_utf8(text.substr(0, length))) return 0;
  return length;
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

bool is_invisible(char32_t code_point) {
  return is_in(kInvisible, code_point);
}

bool is_white_space(char32_t code_point) {
  return is_in(kWhiteSpace, code_point);
}

bool acts_on_lines(char32_t code_point) {
  return is_in(kActsOnLines, code_point);
}

bool is_one_line(std::string_view text) {
  while (!text.empty()) {
    if (acts_on_lines(take_code_point(text))) return false;
  }
  return true;
}

char32_t take_code_point(std::string_view& text) {
  const std::size_t length = length_of_first(text);
  if (length == 0) {
    text.remove_prefix(1);
    return kReplacement;
  }
  const auto lead = static_cast<unsigned char>(text.front());
  // The lead byte's own bits: 7, 5, 4 or 3.
  char32_t code_point = length == 1 ? lead : lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    code_point = code_point << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  text.remove_prefix(length);
  return code_point;
}

std::string without_invisible(std::string_view text) {
  std::string visible;
  visible.reserve(text.size());
  while (!text.empty()) {
    std::string_view rest = text;
    const bool is_kept = !is_invisible(take_code_point(rest));
    if (is_kept) visible += text.substr(0, text.size() - rest.size());
    text = rest;
  }
  return visible;
}

std::string_view trim_white_space(std::string_view text) {
  std::string_view rest = text;
  std::size_t begin = text.size();
  std::size_t end = text.size();
  while (!rest.empty()) {
    const std::size_t at = text.size() - rest.size();
    if (is_white_space(take_code_point(rest))) continue;
    begin = std::min(begin, at);
    end = text.size() - rest.size();
  }
  return text.substr(begin, end - begin);
}

std::string as_typed(std::string_view text) {
  if (is_printable_ascii(text)) return std::string(text);  // the usual case, and much faster
  // Taking a character out of broken text could join the bytes around it to a new character.
  if (!is_utf8(text)) return std::string(text);
  const std::string visible = without_invisible(text);
  return std::string(trim_white_space(visible));
}

bool is_blank(std::string_view text) {
  return as_typed(text).empty();
}

}  // namespace promotions
