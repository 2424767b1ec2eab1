// IPv4 and IPv6 addresses and ranges as values. Pure.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace promotions {

// An IPv4 address is kept as ::ffff:a.b.c.d, so it equals its IPv4-mapped form.
class IpAddress {
 public:
  // Takes a numeric address without brackets, port or zone; nullopt for all other text.
  static std::optional<IpAddress> parse(std::string_view text);
  // Takes 4 or 16 bytes in network byte order.
  static IpAddress of_bytes(std::span<const unsigned char> bytes);

  bool is_ipv4() const;
  std::string text() const;
  IpAddress network_of_64_bits() const;  // the /64 of an IPv6 address; IPv4 stays as it is

 private:
  friend class Cidr;

  std::array<unsigned char, 16> bytes_{};
};

// An address range.
class Cidr {
 public:
  // "192.0.2.0/24", "2001:db8::/32", or a single address; nullopt for all other text.
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress network_;
  int prefix_ = 128;
};

}  // namespace promotions
