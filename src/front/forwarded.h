// The lists of addresses to which each proxy appends its client's. Pure. Private to front.
//
// They are read from the end, where a trusted proxy appended a whole, well-formed entry. Before it
// stands what the client itself sent. That must not change how the end is read, not even by a quote
// that is left open.
#pragma once

#include <optional>
#include <string_view>

#include "promotions/front/ip_address.h"

namespace promotions {

// Both take the last entry off `list` and return the address that it names. They return nullopt if
// no entry is left, if it is malformed, or if it names no address ("unknown", "_hidden"): then
// nothing before it can be believed either.

// RFC 7239 §4: pairs of a name and a token or a quoted string. A name that comes twice in one entry
// makes the entry malformed. Two habits of proxies are accepted beyond the RFC: white space around
// ";", and ":" and brackets of an address that should have been quoted.
std::optional<IpAddress> take_last_forwarded(std::string_view& list);

// Entries such as "192.0.2.1", "192.0.2.1:80", "2001:db8::1" or "[2001:db8::1]:80", separated by
// commas.
std::optional<IpAddress> take_last_x_forwarded_for(std::string_view& list);

}  // namespace promotions
