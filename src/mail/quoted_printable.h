// Encodes bodies as quoted-printable (RFC 2045 §6.7). A pure function, private to mail.
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// `text` is UTF-8 with any line ends. Each line end becomes CRLF, and ill-formed bytes become
// U+FFFD. Lines have at most 76 octets, no character is split between two lines, and every '=' is
// followed by two hexadecimal digits or CRLF.
std::string to_quoted_printable(std::string_view text);

}  // namespace promotions
