// application/x-www-form-urlencoded, strictly. Private to http.
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

// The same for names and values with '+' as a space; of a query or of a body.
std::optional<FormFields> parse_form(std::string_view text);

}  // namespace promotions
