// "Did you mean …?"
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

// The one of `known` that `given` is most likely a slip of, if any is near enough. A letter added,
// left out, changed, or swapped with its neighbour counts as one slip.
std::optional<std::string> suggestion(std::string_view given,
                                      const std::vector<std::string>& known);

}  // namespace promotions
