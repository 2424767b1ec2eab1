#include "promotions/front/client_address.h"

#include <algorithm>

#include "front/forwarded.h"

namespace promotions {
namespace {

bool is_within(const IpAddress& address, const std::vector<Cidr>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const Cidr& range) { return range.contains(address); });
}

}  // namespace

std::string_view name_of(AddressHeader header) {
  return header == AddressHeader::forwarded ? "Forwarded" : "X-Forwarded-For";
}

AddressHeader address_header_of(std::string_view configured) {
  return configured == "forwarded" ? AddressHeader::forwarded : AddressHeader::x_forwarded_for;
}

std::string client_address(const std::string& peer, const ForwardedFor& claim,
                           const std::vector<Cidr>& trusted) {
  if (!is_within(peer, trusted)) return peer;
  const auto take_last_hop =
      claim.header == AddressHeader::forwarded ? &take_last_forwarded : &take_last_x_forwarded_for;
  std::string client = peer;
  std::string_view rest = claim.text;
  // Each trusted hop vouches for the entry before it; the first untrusted one is the client.
  while (const auto hop = take_last_hop(rest)) {
    client = hop->text();
    if (!is_within(*hop, trusted)) break;
  }
  return client;
}

bool is_within(std::string_view address, const std::vector<Cidr>& ranges) {
  if (ranges.empty()) return false;
  const auto parsed = IpAddress::parse(address);
  return parsed && is_within(*parsed, ranges);
}

std::string limit_key(std::string_view address) {
  const auto parsed = IpAddress::parse(address);
  return parsed ? parsed->network_of_64_bits().text() : std::string(address);
}

}  // namespace promotions
