#include "promotions/front/http_syntax.h"

#include <algorithm>

namespace promotions::http_syntax {
namespace {

constexpr std::size_t kMaxLengthDigits = 18;  // below 2^63

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool is_token_byte(char c) {
  return is_letter(c) || is_digit(c) || (c != '\0' && is_one_of(c, "!#$%&'*+-.^_`|~"));
}

// Fewer bytes than RFC 3986 §3.2.2 allows: no real host name needs percent-encoding, commas or the
// like.
bool is_host_byte(char c) {
  return is_letter(c) || is_digit(c) || is_one_of(c, "-._~");
}

}  // namespace

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

unsigned hex_value(char digit) {
  if (is_digit(digit)) return static_cast<unsigned>(digit - '0');
  return static_cast<unsigned>(lower(digit) - 'a') + 10;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_byte);
}

bool is_line_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7F) || c == '\t';
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  if (text.empty() || text.size() > kMaxLengthDigits) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

bool is_host(std::string_view text) {
  std::string_view port;
  if (text.starts_with('[')) {  // IP-literal: the colons in it stand before no port
    const auto end = text.find(']');
    if (end == std::string_view::npos || end == 1) return false;
    const auto address = text.substr(1, end - 1);
    if (!std::all_of(address.begin(), address.end(),
                     [](char c) { return is_host_byte(c) || c == ':'; })) {
      return false;
    }
    port = text.substr(end + 1);
  } else {
    const auto end = std::min(text.find(':'), text.size());
    const auto name = text.substr(0, end);
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_host_byte)) return false;
    port = text.substr(end);
  }
  if (port.empty()) return true;  // else ":" and at most five digits
  return port.front() == ':' && port.size() <= 6 &&
         std::all_of(port.begin() + 1, port.end(), is_digit);
}

bool is_target(std::string_view text) {
  const std::size_t query = std::min(text.find('?'), text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte <= ' ' || byte == 0x7F || byte == '#') return false;
    if (i > query) continue;  // the query may hold other bytes and broken escapes
    if (byte > '~') return false;
    if (byte == '%' &&
        (i + 2 >= text.size() || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2]))) {
      return false;
    }
  }
  return !text.empty();
}

bool list_contains(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    if (same_ignoring_case(trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

}  // namespace promotions::http_syntax
