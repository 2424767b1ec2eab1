// JSON from elsewhere: reading it strictly, and quoting it in messages. Private to domain.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/json.h"

namespace promotions {

struct JsonReading {
  Json json;
  std::string problem;  // empty: it was read
};

// An object as published. Stricter than JSON where one text could be written in two ways that look
// alike: no field twice, nothing before the object, at most one line end after it, hexadecimal
// digits of escapes in lower case. Bounded in depth.
JsonReading read_json_object(std::string_view text);

// 0..2^63-1, nullopt for everything else.
std::optional<std::int64_t> whole_number(const Json& json);

// For a message: ASCII without control characters, cut when long; what is inside objects and arrays
// is left out.
std::string json_excerpt(const Json& json);

// For a message, too: plain names as they are, others quoted.
std::string field_excerpt(const std::string& name);

}  // namespace promotions
