// Unicode's normal form C (UAX #15): the one way of writing a text whose letters can be written in
// several ways, such as "é" in one character or as an "e" and an accent.
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// Is well-formed UTF-8 in normal form C?
bool is_nfc(std::string_view text);

// `text` in normal form C. It must be well-formed UTF-8.
std::string to_nfc(std::string_view text);

// Does well-formed UTF-8 hold a code point that Unicode has not assigned yet? Later versions may
// say that it is written in another way, so that its normal form is not known today.
bool has_unassigned(std::string_view text);

}  // namespace promotions
