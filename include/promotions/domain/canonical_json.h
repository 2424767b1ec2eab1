// The one text of a JSON value: RFC 8785 (JCS), for values without fractions.
#pragma once

#include <string>

#include "promotions/base/json.h"
#include "promotions/domain/sha256.h"

namespace promotions {

// `json` holds well-formed UTF-8, whole numbers of at most 2^53 − 1, and member names in ASCII. For
// everything else the text is none of RFC 8785; ill-formed UTF-8 throws Json::type_error.
std::string canonical_json(const Json& json);

// SHA-256 of that text.
Hash hash_of_json(const Json& json);

}  // namespace promotions
