#include "promotions/config/suggestion.h"

#include <algorithm>

namespace promotions {
namespace {

constexpr std::size_t kMaxSlips = 3;
constexpr std::size_t kMaxLength = 100;  // bounds the work on hostile input

// The optimal string alignment distance: Levenshtein's, where a swap of neighbours counts as one
// step. Of the matrix only three rows are kept, since a swap looks two rows back.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last;
  std::vector<std::size_t> last(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = a[i - 1] == b[j - 1] ? 0 : 1;
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> suggestion(std::string_view given,
                                      const std::vector<std::string>& known) {
  if (given.size() > kMaxLength) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t fewest = kMaxSlips + 1;
  for (const std::string& candidate : known) {
    const std::size_t slips = distance(given, candidate);
    if (slips < fewest) {
      fewest = slips;
      nearest = candidate;
    }
  }
  return nearest;
}

}  // namespace promotions
