// Checks that an address is safe in an SMTP command and in a header. Pure functions, private to
// mail.
#pragma once

#include <string_view>

namespace promotions {

// Is it ASCII in the grammar of the HTML standard, without an empty part between dots, and within
// the lengths of RFC 5321 §4.5.3.1? One domain label is enough. Such an address has no white space,
// control characters, quotes or angle brackets, so it cannot end an SMTP command early.
bool is_plain_address(std::string_view address);

// The part after the last '@'.
std::string_view domain_of(std::string_view address);

}  // namespace promotions
