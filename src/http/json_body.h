// Parses JSON from clients strictly. Pure. Private to http.
#pragma once

#include <string_view>
#include <variant>

#include "promotions/base/json.h"
#include "promotions/http/problem.h"

namespace promotions {

// Returns an object, or why there is none. Besides text that is no JSON in UTF-8 it refuses a
// member that comes twice, since programs differ in which one counts; nesting deeper than 16
// levels; and a whole number that does not fit 64 bits.
std::variant<Problem, Json> parse_json_body(std::string_view text);

}  // namespace promotions
