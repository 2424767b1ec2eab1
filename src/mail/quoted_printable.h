// Bodies as quoted-printable (RFC 2045 §6.7).
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// `text` is UTF-8 with any line ends; each becomes a hard CRLF, ill-formed bytes become U+FFFD.
// Lines are at most 76 octets, no character is split between two, and every '=' is followed by two
// hexadecimal digits or CRLF.
std::string to_quoted_printable(std::string_view text);

}  // namespace promotions
