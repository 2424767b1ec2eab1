// The one home of nlohmann-json: HTTP bodies, `--json` output, JSON columns, template contexts.
#pragma once

#include <nlohmann/json.hpp>

// Compiled once, in json.cpp: every file that touches JSON would otherwise compile it again.
extern template class nlohmann::basic_json<>;
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace promotions {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;  // for answers, whose fields keep the documented order

}  // namespace promotions
