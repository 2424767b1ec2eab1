// Addresses as far as mail must be sure of them: safe in an SMTP command and in a header.
#pragma once

#include <string_view>

namespace promotions {

// ASCII, the grammar of the HTML standard, no empty dot-separated part, lengths of RFC 5321
// §4.5.3.1. One domain label is enough. What passes has no white space, control characters, quotes
// or angle brackets: an SMTP command cannot be ended early by it.
bool is_plain_address(std::string_view address);

// What follows the last '@'.
std::string_view domain_of(std::string_view address);

}  // namespace promotions
