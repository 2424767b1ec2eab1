// What a commit has caused that listeners need to know (Storage::listen()).
#pragma once

#include <cstdint>
#include <vector>

namespace promotions {

// Each statement that has an effect declares it beside its SQL, and a commit adds up the effects of
// the statements that changed a row.
struct Effects {
  bool jobs_added = false;                // there are more jobs to run, now or later
  bool data_erased = false;               // removed or replaced, and should be gone from the disk
  std::vector<std::int64_t> campaigns{};  // ids of new, changed or deleted ones, maybe repeated

  bool any() const { return jobs_added || data_erased || !campaigns.empty(); }
};

}  // namespace promotions
