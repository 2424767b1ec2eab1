// Reads UTF-8 one character at a time, from text that may be ill-formed. Pure functions, private to
// mail.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace promotions {

struct Utf8Step {
  std::size_t length;  // bytes to advance by, at least 1
  bool well_formed;
};

// Looks at the bytes that begin at `at`, which must be below text.size(): a whole character, or the
// longest beginning of one that is incomplete (the "maximal subpart" of Unicode §3.9, for which
// there is one U+FFFD).
Utf8Step utf8_step(std::string_view text, std::size_t at);

// Replaces all ill-formed bytes by U+FFFD.
std::string repaired_utf8(std::string_view text);

}  // namespace promotions
