// The lists of addresses that proxies add themselves to. Pure. Private to front.
//
// They are read from their ends. What a trusted proxy appended is there, whole and well-formed;
// before it stands what its client sent, which must not change how the end is read, be it an open
// quote.
#pragma once

#include <optional>
#include <string_view>

#include "promotions/front/ip_address.h"

namespace promotions {

// Both take the last entry off `list` and return the address that it names. nullopt if there is
// none left, if it is not well-formed, or if it names no address ("unknown", "_hidden"): then
// nothing before it is to be believed either.

// RFC 7239 §4: pairs of a name and a token or a quoted string; a name that comes twice in one entry
// makes it malformed. As proxies write it: white space around ";" is taken, and so are the ":" and
// the brackets of an address that should have been quoted.
std::optional<IpAddress> take_last_forwarded(std::string_view& list);

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]:80", with commas between them.
std::optional<IpAddress> take_last_x_forwarded_for(std::string_view& list);

}  // namespace promotions
