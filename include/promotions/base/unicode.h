// Invisible characters and white space by Unicode. Texts are UTF-8; a byte that is not part of
// well-formed UTF-8 is kept as it is. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// Does this character take no room and change nothing for a reader? The property
// Default_Ignorable_Code_Point: zero-width spaces, soft hyphens, byte order marks, the marks of
// writing direction, variation selectors, tags.
bool is_invisible(char32_t code_point);

// The property White_Space.
bool is_white_space(char32_t code_point);

// Does this character end a line or turn the direction of writing? It could make the text after it
// look like somebody else's words. These are controls, the line and paragraph separators, and the
// embeddings, overrides and isolates of the bidirectional algorithm (UAX #9 §2).
bool acts_on_lines(char32_t code_point);

// Is the text free of characters for which acts_on_lines() is true?
bool is_one_line(std::string_view text);

// Removes the first character from `text`, which must not be empty, and returns it. A byte that
// does not begin a well-formed character is removed alone and returned as U+FFFD.
char32_t take_code_point(std::string_view& text);

std::string without_invisible(std::string_view text);

// Removes white space at both ends. The result points into `text`.
std::string_view trim_white_space(std::string_view text);

// Cleans up text that a person typed or pasted into a one-line field: removes invisible characters,
// then white space at both ends. Text that is not UTF-8 stays as it is.
std::string as_typed(std::string_view text);

// Does it contain nothing visible?
bool is_blank(std::string_view text);

}  // namespace promotions
