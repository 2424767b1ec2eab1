// The only header that includes nlohmann-json. HTTP bodies, `--json` output, JSON columns and
// template contexts all use these types.
#pragma once

#include <nlohmann/json.hpp>

// Compiled once, in json.cpp. Otherwise every file that uses JSON would compile them again.
extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace promotions {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;  // for answers, whose fields keep the documented order

}  // namespace promotions
