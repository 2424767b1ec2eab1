// Decodes application/x-www-form-urlencoded and percent escapes: strictly, but for one lenient
// function. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace promotions {

using FormFields = std::vector<std::pair<std::string, std::string>>;  // in order, names may repeat

// Decodes %XX only. Returns nullopt for a broken escape, or if the result is not UTF-8 or holds
// NUL.
std::optional<std::string> percent_decode(std::string_view text);

// The same, and '+' is a space: names and values of a query or a form are written like this.
std::optional<std::string> form_decode(std::string_view text);

// The same, but leaves what cannot be decoded as it is. The result need not be UTF-8.
std::string form_decode_leniently(std::string_view text);

// Reads a whole form, such as a body. Returns nullopt if any name or value cannot be decoded.
std::optional<FormFields> parse_form(std::string_view text);

// Takes the next "name=value" off the front of `text`, with the "&" that follows it.
std::string_view take_pair(std::string_view& text);

}  // namespace promotions
