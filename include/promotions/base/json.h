// The one home of nlohmann-json: HTTP bodies, `--json` output, JSON columns, template contexts.
#pragma once

#include <nlohmann/json.hpp>

namespace promotions {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;  // for answers, whose fields keep the documented order

}  // namespace promotions
