// Who a request comes from, behind proxies that are trusted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/front/ip_address.h"

namespace promotions {

// The field in which proxies say whom they speak for. One is believed and never both: a proxy that
// sets one of them passes on what its client put into the other.
enum class AddressHeader { x_forwarded_for, forwarded };

std::string_view name_of(AddressHeader header);
AddressHeader address_header_of(std::string_view configured);  // "forwarded", "x-forwarded-for"

// `text` is what all fields of the name `header` say, joined in their order; "" if there is none.
struct ForwardedFor {
  AddressHeader header = AddressHeader::x_forwarded_for;
  std::string_view text;
};

// The address that `peer` speaks for. Read from its end, where the nearest proxy writes: each entry
// is believed only if all that stand behind it are trusted proxies. What is malformed or names no
// address is believed no more than what stands before it; then the last trusted proxy is the
// client.
std::string client_address(const std::string& peer, const ForwardedFor& claim,
                           const std::vector<Cidr>& trusted);

bool is_within(std::string_view address, const std::vector<Cidr>& ranges);

// What limits count by: an IPv4 address, or the /64 of an IPv6 address.
std::string limit_key(std::string_view address);

}  // namespace promotions
