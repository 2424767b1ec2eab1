// Finds out which client sent a request that came through trusted proxies. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/front/ip_address.h"

namespace promotions {

// The header field in which proxies name their client. Only the configured one is believed, never
// both: a proxy that sets one of them passes on unchanged what its client put into the other.
enum class AddressHeader { x_forwarded_for, forwarded };

std::string_view name_of(AddressHeader header);
AddressHeader address_header_of(std::string_view configured);  // "forwarded", "x-forwarded-for"

// What a request claims about its client: `text` holds the values of all fields named `header`,
// joined in their order; "" if there is none.
struct ForwardedFor {
  AddressHeader header = AddressHeader::x_forwarded_for;
  std::string_view text;
};

// Returns the address of the client for which `peer` sends: `peer` itself unless it is a trusted
// proxy. The list is read from its end, where the nearest proxy writes: an entry is believed only
// if all entries after it are trusted proxies. An entry that is malformed or names no address ends
// the walk, since nothing before it can be believed either; the trusted proxy that was read last
// then counts as the client.
std::string client_address(const std::string& peer, const ForwardedFor& claim,
                           const std::vector<Cidr>& trusted);

bool is_within(std::string_view address, const std::vector<Cidr>& ranges);

// What limits count clients by: an IPv4 address, or the /64 network of an IPv6 address. Text that
// is no address is returned as it is.
std::string limit_key(std::string_view address);

}  // namespace promotions
