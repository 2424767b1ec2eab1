#include "domain/web_address.h"

#include <algorithm>
#include <charconv>

namespace promotions {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::string_view kPlainScheme = "http://";
constexpr std::size_t kMaxHost = 253;  // RFC 1035 §2.3.4, as text
constexpr std::size_t kMaxLabel = 63;  // RFC 1035 §2.3.4
constexpr unsigned kMaxPort = 65535;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabel && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
           return c == '-' || is_letter_or_digit(c);
         });
}

bool is_host(std::string_view host) {
  if (host.size() > kMaxHost) return false;
  for (;;) {
    const auto dot = host.find('.');
    if (!is_label(host.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    host.remove_prefix(dot + 1);
  }
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= kMaxPort;
}

// Has the part behind the authority only characters of RFC 3986 §2, and each "%" two digits?
bool is_in_uri(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (text.size() - i < 3 || !is_hex_digit(text[i + 1]) || !is_hex_digit(text[i + 2])) {
        return false;
      }
    } else if (!is_letter_or_digit(c) &&
               std::string_view("-._~:/?#[]@!$&'()*+,;=").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace

bool is_web_origin(std::string_view text) {
  const bool is_plain = text.starts_with(kPlainScheme);
  if (!is_plain && !text.starts_with(kScheme)) return false;
  text.remove_prefix((is_plain ? kPlainScheme : kScheme).size());
  const auto colon = text.find(':');
  const std::string_view host = text.substr(0, colon);
  const bool is_upper =
      std::any_of(host.begin(), host.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!is_host(host) || is_upper) return false;
  if (colon == std::string_view::npos) return true;
  const std::string_view port = text.substr(colon + 1);
  return is_port(port) && !port.starts_with('0') && port != (is_plain ? "80" : "443");
}

bool is_https_address(std::string_view text) {
  if (text.size() > kMaxWebAddress || !text.starts_with(kScheme)) return false;
  text.remove_prefix(kScheme.size());
  const std::string_view authority = text.substr(0, text.find_first_of("/?#"));
  const auto colon = authority.find(':');
  if (!is_host(authority.substr(0, colon))) return false;
  if (colon != std::string_view::npos && !is_port(authority.substr(colon + 1))) return false;
  return is_in_uri(text.substr(authority.size()));
}

}  // namespace promotions
