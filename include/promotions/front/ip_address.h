// Addresses of IPv4 and IPv6 as values.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace promotions {

// An IPv4 address is kept as ::ffff:a.b.c.d, and so is the same as its IPv4-mapped form.
class IpAddress {
 public:
  // Numeric; no brackets, port or zone.
  static std::optional<IpAddress> parse(std::string_view text);
  // Of 4 or 16 bytes, as they stand in a packet.
  static IpAddress of_bytes(std::span<const unsigned char> bytes);

  bool is_ipv4() const;
  std::string text() const;
  IpAddress network_of_64_bits() const;  // of IPv6; an IPv4 address is left as it is

 private:
  friend class Cidr;

  std::array<unsigned char, 16> bytes_{};
};

// An address range.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(const IpAddress& address) const;

 private:
  IpAddress network_;
  int prefix_ = 128;
};

}  // namespace promotions
