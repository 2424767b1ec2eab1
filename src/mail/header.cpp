#include "mail/header.h"

#include <algorithm>

#include "mail/base64.h"
#include "mail/utf8.h"
#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxLine = 76;  // RFC 2047 §2 for lines with encoded-words; used for all
constexpr std::size_t kMaxEncodedWord = 75;
constexpr std::string_view kFold = "\r\n ";

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Replaces characters that act on lines by spaces. They could end the field early, or turn the
// direction in which a mail program shows it.
std::string one_line(std::string_view value) {
  const std::string text = repaired_utf8(value);
  std::string line;
  line.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    const bool acts = acts_on_lines(take_code_point(rest));
    line += acts ? std::string_view(" ") : before.substr(0, before.size() - rest.size());
  }
  return std::string(trim_ascii(line));
}

// The characters that RFC 2047 §5 (3) allows unencoded everywhere in a header.
bool is_literal_in_q(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!*+-/").find(c) != std::string_view::npos;
}

// The "Q" encoding of RFC 2047 §4.2.
std::string to_q(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == ' ') {
      text += '_';
    } else if (is_literal_in_q(c)) {
      text += c;
    } else {
      text += {'=', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return text;
}

std::size_t q_size(std::string_view bytes) {
  std::size_t size = 0;
  for (const char c : bytes) size += c == ' ' || is_literal_in_q(c) ? 1 : 3;
  return size;
}

std::size_t b_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}

// Writes `value` as encoded-words, one per line; the first begins at `column`. Mail programs do not
// show white space between two encoded-words (RFC 2047 §6.2), so folding adds nothing to the text.
std::string encoded_words(std::string_view value, std::size_t column) {
  // Take the shorter encoding: Q for mostly ASCII, B for other scripts.
  const bool use_q = q_size(value) <= b_size(value.size());
  const std::string_view open = use_q ? "=?UTF-8?Q?" : "=?UTF-8?B?";
  const auto encode = use_q ? to_q : to_base64;
  std::string words;
  for (std::size_t at = 0; at < value.size();) {
    // The room for the encoded text, without `open` before it and "?=" after it.
    const std::size_t room = std::min(kMaxEncodedWord, kMaxLine - column) - open.size() - 2;
    std::size_t end = at;  // a word must contain whole characters (RFC 2047 §5)
    std::size_t size_in_q = 0;
    while (end < value.size()) {
      const std::size_t next = end + utf8_step(value, end).length;
      size_in_q += q_size(value.substr(end, next - end));
      if ((use_q ? size_in_q : b_size(next - at)) > room) break;
      end = next;
    }
    if (!words.empty()) words += kFold;
    words += std::string(open) + encode(value.substr(at, end - at)) + "?=";
    column = 1;  // after the space that continues the field
    at = end;
  }
  return words;
}

// Breaks `value` into lines before spaces, or returns "" if one of its words is too long for a
// line. Each piece starts with its own spaces, so no line consists of white space alone.
std::string folded(std::string_view value, std::size_t column) {
  std::string lines;
  for (std::size_t at = 0; at < value.size();) {
    const std::size_t word = value.find_first_not_of(' ', at);
    const std::size_t end = std::min(value.find(' ', word), value.size());
    const std::size_t size = end - at;
    if (column + size > kMaxLine) {
      if (at == 0 || size > kMaxLine) return {};
      lines += "\r\n";
      column = 0;
    }
    lines += value.substr(at, size);
    column += size;
    at = end;
  }
  return lines;
}

// Would a mail program decode a part of this text?
bool looks_encoded(std::string_view value) {
  return value.find("=?") != std::string_view::npos;
}

// Is it a sequence of atoms (RFC 5322 §3.2.3) with single spaces between them?
bool is_atoms(std::string_view name) {
  return name.find("  ") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return c == ' ' ||
                  (c >= '!' && c <= '~' &&
                   std::string_view("()<>[]:;@\\,.\"").find(c) == std::string_view::npos);
         });
}

std::string quoted_string(std::string_view name) {
  std::string text = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"";
}

std::string display_name(std::string_view name, std::size_t column) {
  if (is_printable_ascii(name) && !looks_encoded(name)) {
    std::string text = is_atoms(name) ? std::string(name) : quoted_string(name);
    if (column + text.size() <= kMaxLine) return text;
  }
  return encoded_words(name, column);
}

}  // namespace

std::string header_token(std::string_view text) {
  std::string token(text);
  std::replace_if(
      token.begin(), token.end(),
      [](char c) {
        return c <= ' ' || c > '~' ||
               std::string_view("<>()[]:;\\,\"").find(c) != std::string_view::npos;
      },
      '_');
  return token;
}

std::string text_field(std::string_view name, std::string_view value) {
  const std::string start = std::string(name) + ": ";
  const std::string line = one_line(value);
  std::string text;
  if (is_printable_ascii(line) && !looks_encoded(line)) text = folded(line, start.size());
  if (text.empty()) text = encoded_words(line, start.size());
  return start + text + "\r\n";
}

std::string mailbox_field(std::string_view name, const Mailbox& mailbox) {
  std::string field = std::string(name) + ": ";
  const std::string shown = one_line(mailbox.name);
  const std::string address = header_token(mailbox.address);
  if (shown.empty()) return field + address + "\r\n";
  field += display_name(shown, field.size());
  const std::size_t last_line = field.size() - (field.rfind('\n') + 1);
  const bool fits = last_line + address.size() + 3 <= kMaxLine;
  return field + (fits ? " <" : "\r\n <") + address + ">\r\n";
}

std::string token_field(std::string_view name, std::string_view value) {
  const bool fits = name.size() + 2 + value.size() <= kMaxLine;
  return std::string(name) + (fits ? ": " : ":\r\n ") + std::string(value) + "\r\n";
}

}  // namespace promotions
