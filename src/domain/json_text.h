// Reads JSON from elsewhere strictly, and quotes it in messages. Private to domain.
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

// Reads a published object. It is stricter than JSON, so that two texts that look alike are the
// same: no field twice, nothing before the object, at most one line end after it, lower-case
// hexadecimal digits in escapes. The depth is bounded.
JsonReading read_json_object(std::string_view text);

// 2^53 − 1: what every reader of JSON keeps exactly.
inline constexpr std::int64_t kMaxWholeNumber = 9'007'199'254'740'991;

// 0..kMaxWholeNumber, nullopt for everything else.
std::optional<std::int64_t> whole_number(const Json& json);

// Quotes a value in a message: as ASCII without control characters, and cut if it is long. The
// contents of objects and arrays are left out.
std::string json_excerpt(const Json& json);

// Quotes the name of a field in a message: plain names stay as they are, others get quotes.
std::string field_excerpt(const std::string& name);

}  // namespace promotions
