// Finds what a misspelt name may have meant, for "did you mean …?".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace promotions {

// Returns the name in `known` that differs from `given` by the fewest slips, if it is three at
// most. A letter that is added, left out, changed, or swapped with its neighbour is one slip.
std::optional<std::string> suggestion(std::string_view given,
                                      const std::vector<std::string>& known);

}  // namespace promotions
