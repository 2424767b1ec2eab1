// Web addresses that organisers may give. Private to domain.
#pragma once

#include <cstddef>
#include <string_view>

namespace promotions {

inline constexpr std::size_t kMaxWebAddress = 2000;

// Is it "https://", a host name or an IPv4 address, perhaps a port, and whatever follows, in at
// most kMaxWebAddress bytes? Only characters of RFC 3986 §2 are allowed, so that the address can
// stand in plain text and HTML as it is. A user name is not: it serves to deceive, as in
// "https://bank.example@evil.example/".
bool is_https_address(std::string_view text);

// Is it an origin as browsers write it (RFC 6454 §6.2): "https://" or "http://", a host name in
// lower case or an IPv4 address, perhaps a port that is not the scheme's own, and nothing else?
bool is_web_origin(std::string_view text);

}  // namespace promotions
