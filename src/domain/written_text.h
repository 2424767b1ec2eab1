// Texts as people write them into a field of a form. Private to domain.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace promotions {

enum class Lines { one, several };

// How many characters a text has: Unicode code points.
std::size_t count_characters(std::string_view text);

// The text without white space at its ends, and with "\n" at the ends of lines. Returns nullopt if
// it has more lines than it may, or a character that acts on lines (base/unicode.h), such as a
// control character.
std::optional<std::string> written_text(std::string_view text, Lines lines);

// "\r\n" and "\r" become "\n".
std::string with_unix_line_ends(std::string_view text);

}  // namespace promotions
