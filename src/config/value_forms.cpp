#include "config/value_forms.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(family, text.c_str(), address.data()) == 1;
}

bool is_host_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

// A host whose last label is a number must be an IPv4 address (WHATWG URL, "ends in a number").
bool ends_in_number(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  const std::string_view last = text.substr(text.rfind('.') + 1);
  return !last.empty() &&
         std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text.front() != '.' && text.front() != '-' &&
         std::all_of(text.begin(), text.end(), is_host_letter) &&
         (!ends_in_number(text) || is_address(AF_INET, std::string(text)));
}

bool is_bracketed_ipv6(std::string_view text) {
  return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
         is_address(AF_INET6, std::string(text.substr(1, text.size() - 2)));
}

std::optional<int> number(std::string_view text, int min, int max) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < min || value > max) {
    return std::nullopt;
  }
  return value;
}

// A path as in RFC 3986 §3.3, except that the digits after '%' are not checked.
bool is_path(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7F &&
           std::string_view("\"<>\\^`{|}?#").find(c) == std::string_view::npos;
  });
}

struct WebAddress {
  std::string scheme;  // lower case
  std::string host;    // lower case, IPv6 in brackets
  std::string port;    // "" or digits, never the scheme's own
  std::string path;    // "" or "/…"

  std::string origin() const { return scheme + "://" + host + (port.empty() ? "" : ":" + port); }
};

std::optional<WebAddress> parse_web_address(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  WebAddress address;
  address.scheme = to_lower_ascii(text.substr(0, colon));
  if (address.scheme != "http" && address.scheme != "https") return std::nullopt;
  text.remove_prefix(colon + 3);

  const auto slash = std::min(text.find('/'), text.size());
  std::string_view authority = text.substr(0, slash);
  address.path = text.substr(slash);
  if (!is_path(address.path)) return std::nullopt;

  // The port's colon comes after the bracket that ends an IPv6 address, which has colons itself.
  const auto bracket = authority.find(']');
  const auto port = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (port != std::string_view::npos) {
    const auto value = number(authority.substr(port + 1), 1, 65535);
    if (!value) return std::nullopt;
    // A browser leaves the scheme's own port out of an origin, so it is left out here, too.
    if (*value != (address.scheme == "http" ? 80 : 443)) address.port = std::to_string(*value);
    authority = authority.substr(0, port);
  }
  if (!is_name(authority) && !is_bracketed_ipv6(authority)) return std::nullopt;
  address.host = to_lower_ascii(authority);
  return address;
}

}  // namespace

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && is_address(AF_INET, host));
}

std::optional<std::string> any_text(const std::string& text) {
  if (has_control(text) || !is_utf8(text)) return std::nullopt;
  return text;
}

std::optional<std::string> file_name(const std::string& text) {
  return text.starts_with("file:") ? std::nullopt : some_text(text);
}

std::optional<std::string> some_text(const std::string& text) {
  return text.empty() ? std::nullopt : any_text(text);
}

std::optional<std::string> host_name(const std::string& text) {
  if (!is_name(text) && !is_address(AF_INET6, text)) return std::nullopt;
  return text;
}

std::optional<std::string> host_name_or_none(const std::string& text) {
  return text.empty() ? text : host_name(text);
}

std::optional<std::string> client_name_or_none(const std::string& text) {
  if (text.empty()) return text;
  if (text.front() != '[' || text.back() != ']') {
    return is_name(text) && !is_address(AF_INET, text) ? std::optional(text) : std::nullopt;
  }
  const std::string literal = text.substr(1, text.size() - 2);  // RFC 5321 §4.1.3
  const bool is_ipv6 = to_lower_ascii(literal).starts_with("ipv6:");
  if (!is_address(is_ipv6 ? AF_INET6 : AF_INET, is_ipv6 ? literal.substr(5) : literal)) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> web_address(const std::string& text) {
  auto address = parse_web_address(text);
  if (!address) return std::nullopt;
  while (!address->path.empty() && address->path.back() == '/') address->path.pop_back();
  return address->origin() + address->path;
}

std::optional<std::string> trusted_web_address(const std::string& text) {
  const auto address = parse_web_address(text);
  if (!address || (address->scheme != "https" && !is_loopback(address->host))) return std::nullopt;
  return web_address(text);
}

std::optional<std::string> web_origin(const std::string& text) {
  const auto address = parse_web_address(text);
  if (!address || !address->path.empty()) return std::nullopt;
  return address->origin();
}

std::optional<std::string> base_path(const std::string& text) {
  if (text.empty()) return text;
  if (text.front() != '/' || text.back() == '/' || !is_path(text)) return std::nullopt;
  // Browsers resolve such segments before they ask, so these paths would never be asked for.
  if ((text + "/").find("/./") != std::string::npos ||
      (text + "/").find("/../") != std::string::npos || text.find("//") != std::string::npos) {
    return std::nullopt;
  }
  return text;
}

std::optional<std::string> network(const std::string& text) {
  const auto slash = text.find('/');
  const std::string address = text.substr(0, slash);
  const bool is_ipv4 = is_address(AF_INET, address);
  // inet_pton() stops at a NUL, and would accept what comes after it.
  if (text.find('\0') != std::string::npos || (!is_ipv4 && !is_address(AF_INET6, address))) {
    return std::nullopt;
  }
  const int bits = is_ipv4 ? 32 : 128;
  if (slash == std::string::npos) return address + "/" + std::to_string(bits);
  const auto prefix = number(std::string_view(text).substr(slash + 1), 0, bits);
  if (!prefix) return std::nullopt;
  return address + "/" + std::to_string(*prefix);
}

std::optional<std::string> sha256_hex(const std::string& text) {
  const bool is_hex = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (text.size() != 64 || !is_hex) return std::nullopt;
  return text;
}

std::optional<std::string> mailbox(const std::string& text) {
  return text.find('@') == std::string::npos ? std::nullopt : any_text(text);
}

std::optional<std::string> mailbox_or_none(const std::string& text) {
  return text.empty() ? text : mailbox(text);
}

}  // namespace promotions
