#include "mail/quoted_printable.h"

#include <algorithm>
#include <array>

#include "mail/utf8.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxLine = 76;
constexpr std::string_view kEquals = "=3D";
constexpr std::string_view kReplacement = "=EF=BF=BD";  // U+FFFD

std::string escaped(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {'=', digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return text;
}

// The octets of a line break at `at`: 2 for CRLF, 1 for a lone CR or LF, 0 for anything else.
std::size_t break_length(std::string_view text, std::size_t at) {
  if (text[at] == '\n') return 1;
  if (text[at] != '\r') return 0;
  return text.substr(at, 2) == "\r\n" ? 2 : 1;
}

bool ends_line(std::string_view text, std::size_t at) {
  return at == text.size() || break_length(text, at) != 0;
}

constexpr std::array<bool, 256> kIsPlain = [] {
  std::array<bool, 256> is_plain{};
  for (std::size_t c = ' '; c <= '~'; ++c) is_plain[c] = c != '=';
  return is_plain;
}();

// The length of what stands at `at`, up to `room`, and may be written as it is whatever comes
// before and after: nearly everything, so that it need not be looked at piece by piece.
std::size_t plain_length(std::string_view text, std::size_t at, std::size_t room, bool line_start) {
  if (line_start && (text[at] == '.' || text[at] == 'F')) return 0;
  const std::size_t end = std::min(text.size(), at + room);
  std::size_t i = at;
  while (i < end && kIsPlain[static_cast<unsigned char>(text[i])]) ++i;
  if (i > at && text[i - 1] == ' ' && ends_line(text, i)) --i;
  return i - at;
}

// One character as it is to appear. `line_start`: it would be the first of its line.
std::string encoded(std::string_view text, std::size_t at, std::size_t length, bool line_start) {
  const std::string_view character = text.substr(at, length);
  const char c = character.front();
  // White space at the end of a line gets lost on the way (RFC 2045 §6.7 rule 3). A dot or "From "
  // at its start meets relays and mailboxes that alter them (RFC 2049 §3).
  const bool fragile = c == ' ' || c == '\t'
                           ? ends_line(text, at + 1)
                           : line_start && (c == '.' || text.substr(at, 5) == "From ");
  const bool literal = c == '\t' || (c >= ' ' && c <= '~' && c != '=');
  return literal && !fragile ? std::string(character) : escaped(character);
}

}  // namespace

std::string to_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = plain_length(text, at, kMaxLine - 1 - column, column == 0);
    if (plain > 0) {
      out += text.substr(at, plain);
      column += plain;
      at += plain;
      continue;
    }
    if (const std::size_t length = break_length(text, at); length != 0) {
      out += "\r\n";
      column = 0;
      at += length;
      continue;
    }
    if (text[at] == '=' && column + kEquals.size() < kMaxLine) {  // frequent in HTML
      out += kEquals;
      column += kEquals.size();
      ++at;
      continue;
    }
    const Utf8Step step = utf8_step(text, at);
    const auto form = [&] {
      return step.well_formed ? encoded(text, at, step.length, column == 0)
                              : std::string(kReplacement);
    };
    std::string character = form();
    // The last column belongs to the '=' of a soft line break.
    if (column + character.size() > kMaxLine - 1) {
      out += "=\r\n";
      column = 0;
      character = form();
    }
    out += character;
    column += character.size();
    at += step.length;
  }
  return out;
}

}  // namespace promotions
