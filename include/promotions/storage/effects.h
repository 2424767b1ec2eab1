// What a commit has caused that others wait to hear of.
#pragma once

#include <cstdint>
#include <vector>

namespace promotions {

// A value: each statement that has an effect says so where its SQL stands, and a commit adds up
// what its statements did.
struct Effects {
  bool jobs_added = false;   // some can be run, now or at their time
  bool data_erased = false;  // removed or replaced, and somebody may want it to be gone
  std::vector<std::int64_t> campaigns{};  // that are new, changed or gone; may name one twice

  bool any() const { return jobs_added || data_erased || !campaigns.empty(); }
};

}  // namespace promotions
