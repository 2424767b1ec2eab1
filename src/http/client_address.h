// Who a request comes from, behind proxies that are trusted. Private to http.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

// An address range; IPv4 is kept as ::ffff:a.b.c.d.
class Cidr {
 public:
  static std::optional<Cidr> parse(std::string_view text);
  bool contains(std::string_view address) const;  // false if it is not an address

 private:
  std::array<unsigned char, 16> bytes_{};
  int prefix_ = 128;
};

// The address that `peer` speaks for. Only a trusted peer's `Forwarded` (RFC 7239) or else
// `X-Forwarded-For` is believed, and of it only what trusted hops vouch for: the last entry that is
// not itself a trusted proxy.
std::string client_address(const std::string& peer, std::string_view forwarded,
                           std::string_view x_forwarded_for, const std::vector<Cidr>& trusted);

// What limits count by: an IPv4 address, or the /64 of an IPv6 address.
std::string limit_key(std::string_view address);

}  // namespace promotions
