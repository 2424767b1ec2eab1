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

// The length of the line break at `at`: 2 for CRLF, 1 for a lone CR or LF, 0 if there is none.
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

// How many characters from `at` on, up to `room`, can be copied as they are, whatever comes before
// and after them. This is a shortcut: nearly all text is of this kind, and goes out in large
// pieces.
std::size_t plain_length(std::string_view text, std::size_t at, std::size_t room, bool line_start) {
  // "." and "From " at the start of a line, and a space at its end, are left to encoded().
  if (line_start && (text[at] == '.' || text[at] == 'F')) return 0;
  const std::size_t end = std::min(text.size(), at + room);
  std::size_t i = at;
  while (i < end && kIsPlain[static_cast<unsigned char>(text[i])]) ++i;
  if (i > at && text[i - 1] == ' ' && ends_line(text, i)) --i;
  return i - at;
}

// One character in its output form. `line_start`: it would be the first of its line.
std::string encoded(std::string_view text, std::size_t at, std::size_t length, bool line_start) {
  const std::string_view character = text.substr(at, length);
  const char c = character.front();
  // White space at the end of a line may get lost on the way (RFC 2045 §6.7 rule 3). Some relays
  // and mailboxes change a dot or "From " at the start of a line (RFC 2049 §3).
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
    // The last column of a line is kept free for the '=' of a soft line break.
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
    // After a soft line break the character begins a line, so its form may be another.
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
