// What Unicode says of characters that nobody sees. Texts are UTF-8; a byte that is not stays.
#pragma once

#include <string>
#include <string_view>

namespace promotions {

// Characters that take no room and change nothing that is read: the property
// Default_Ignorable_Code_Point. Zero-width spaces, soft hyphens, byte order marks, the marks of
// writing direction, variation selectors, tags.
bool is_invisible(char32_t code_point);

// The property White_Space.
bool is_white_space(char32_t code_point);

// A character that ends a line, or turns the direction of writing, and so could make what follows
// look like somebody else's words: controls, the line and paragraph separators, and the embeddings,
// overrides and isolates of the bidirectional algorithm (UAX #9 §2).
bool acts_on_lines(char32_t code_point);

// Is it text without any of those?
bool is_one_line(std::string_view text);

// Takes the first character off the front of `text`, which must not be empty. A byte that begins
// no well-formed character comes back as U+FFFD.
char32_t take_code_point(std::string_view& text);

std::string without_invisible(std::string_view text);

// Without the white space at both ends.
std::string_view trim_white_space(std::string_view text);

// What somebody meant who typed or pasted `text` into a field of one line: without invisible
// characters, and then without the white space at both ends. Text that is not UTF-8 stays as it is.
std::string as_typed(std::string_view text);

// Has it nothing that anybody could see?
bool is_blank(std::string_view text);

}  // namespace promotions
