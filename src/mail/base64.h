// Encodes bytes for mails, in headers (RFC 2047 §4.1) and bodies (RFC 2045 §6.8). A pure function,
// private to mail.
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// Base64 with the alphabet of RFC 4648 §4, padded, on one line.
std::string to_base64(std::string_view bytes);

}  // namespace promotions
