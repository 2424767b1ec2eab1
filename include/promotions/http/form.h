// application/x-www-form-urlencoded: strictly for what is asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace promotions {

using FormFields = std::vector<std::pair<std::string, std::string>>;  // in order, names may repeat

// %XX only; nullopt for a broken escape, or if the result is not UTF-8 or holds NUL.
std::optional<std::string> percent_decode(std::string_view text);

// The same with '+' as a space, as names and values of a query or a form are written.
std::optional<std::string> form_decode(std::string_view text);

// The same, and what cannot be decoded stays as it is; need not be UTF-8.
std::string form_decode_leniently(std::string_view text);

// A form as it is in a body.
std::optional<FormFields> parse_form(std::string_view text);

// Takes the next "name=value" off the front of `text`, and the "&" behind it.
std::string_view take_pair(std::string_view& text);

}  // namespace promotions
