// UTF-8 one character at a time, for text that may be ill-formed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace promotions {

struct Utf8Step {
  std::size_t length;  // bytes to advance by, at least 1
  bool well_formed;
};

// What begins at `at`: a whole character, or the longest start of one that is then broken off (the
// "maximal subpart" of Unicode §3.9, which stands for one U+FFFD). `at` < text.size().
Utf8Step utf8_step(std::string_view text, std::size_t at);

// `text` with U+FFFD in place of whatever is ill-formed.
std::string repaired_utf8(std::string_view text);

}  // namespace promotions
