#include "http/client_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

using AddressBytes = std::array<unsigned char, 16>;

constexpr AddressBytes kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};

std::optional<AddressBytes> to_bytes(std::string_view text) {
  const std::string terminated(text);
  AddressBytes bytes = kMappedPrefix;
  if (::inet_pton(AF_INET, terminated.c_str(), bytes.data() + 12) == 1) return bytes;
  if (::inet_pton(AF_INET6, terminated.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

bool is_ipv4(const AddressBytes& bytes) {
  return std::equal(bytes.begin(), bytes.begin() + 12, kMappedPrefix.begin());
}

std::string to_text(const AddressBytes& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_ipv4(bytes)) {
    ::inet_ntop(AF_INET, bytes.data() + 12, text.data(), text.size());
  } else {
    ::inet_ntop(AF_INET6, bytes.data(), text.data(), text.size());
  }
  return text.data();
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80", "2001:db8::1", quoted or not.
std::optional<std::string> node_address(std::string_view node) {
  node = trim_ascii(node);
  if (node.size() >= 2 && node.front() == '"' && node.back() == '"')
    node = node.substr(1, node.size() - 2);
  if (node.starts_with('[')) {
    node = node.substr(1, node.find(']') == std::string_view::npos ? 0 : node.find(']') - 1);
  } else if (std::count(node.begin(), node.end(), ':') == 1) {
    node = node.substr(0, node.find(':'));
  }
  const auto bytes = to_bytes(node);
  return bytes ? std::optional(to_text(*bytes)) : std::nullopt;
}

std::vector<std::string_view> split(std::string_view list, char separator) {
  std::vector<std::string_view> parts;
  while (!list.empty()) {
    const std::string_view part = list.substr(0, list.find(separator));
    list.remove_prefix(std::min(part.size() + 1, list.size()));
    parts.push_back(trim_ascii(part));
  }
  return parts;
}

// The nodes that the proxies say they were asked by, first hop first.
std::vector<std::string_view> hops(std::string_view forwarded, std::string_view x_forwarded_for) {
  if (forwarded.empty()) return split(x_forwarded_for, ',');
  std::vector<std::string_view> nodes;
  for (const std::string_view element : split(forwarded, ',')) {
    std::string_view node = "unknown";
    for (const std::string_view pair : split(element, ';')) {
      if (to_lower_ascii(pair.substr(0, 4)) == "for=") node = pair.substr(4);
    }
    nodes.push_back(node);
  }
  return nodes;
}

}  // namespace

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::string_view address = text.substr(0, text.find('/'));
  const auto bytes = to_bytes(address);
  if (!bytes) return std::nullopt;
  Cidr cidr;
  cidr.bytes_ = *bytes;
  if (address.size() == text.size()) return cidr;
  const std::string_view digits = text.substr(address.size() + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  const bool ipv4 = address.find(':') == std::string_view::npos;
  if (error != std::errc{} || end != digits.data() + digits.size() || prefix < 0 ||
      prefix > (ipv4 ? 32 : 128)) {
    return std::nullopt;
  }
  cidr.prefix_ = ipv4 ? prefix + 96 : prefix;
  return cidr;
}

bool Cidr::contains(std::string_view address) const {
  const auto bytes = to_bytes(address);
  if (!bytes) return false;
  const auto whole = static_cast<std::size_t>(prefix_ / 8);
  if (!std::equal(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(whole),
                  bytes->begin())) {
    return false;
  }
  const int rest = prefix_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFF00U >> static_cast<unsigned>(rest));
  return ((bytes_.at(whole) ^ bytes->at(whole)) & mask) == 0;
}

std::string client_address(const std::string& peer, std::string_view forwarded,
                           std::string_view x_forwarded_for, const std::vector<Cidr>& trusted) {
  const auto is_trusted = [&](const std::string& address) {
    return std::any_of(trusted.begin(), trusted.end(),
                       [&](const Cidr& range) { return range.contains(address); });
  };
  std::string client = peer;
  const auto nodes = hops(forwarded, x_forwarded_for);
  for (auto node = nodes.rbegin(); node != nodes.rend() && is_trusted(client); ++node) {
    const auto address = node_address(*node);
    if (!address) break;  // "unknown" or obfuscated: the proxy that said so is the last we know
    client = *address;
  }
  return client;
}

std::string limit_key(std::string_view address) {
  auto bytes = to_bytes(address);
  if (!bytes) return std::string(address);
  if (!is_ipv4(*bytes)) std::fill(bytes->begin() + 8, bytes->end(), static_cast<unsigned char>(0));
  return to_text(*bytes);
}

}  // namespace promotions
