// JSON from outside, strictly. Private to http.
#pragma once

#include <string_view>
#include <variant>

#include "promotions/base/json.h"
#include "promotions/http/problem.h"

namespace promotions {

// An object, or why there is none. Refused are, beside what is no JSON in UTF-8: a member that
// comes twice, since readers differ in which of them counts; nesting deeper than any field needs;
// and a whole number that would be kept as another one.
std::variant<Problem, Json> parse_json_body(std::string_view text);

}  // namespace promotions
