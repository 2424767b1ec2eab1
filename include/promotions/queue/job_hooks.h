// What others do when jobs end, within the write that ends them.
#pragma once

#include <functional>

#include "promotions/storage/storage.h"

namespace promotions {

// Called by whoever changes jobs: the dispatcher, and what operators do. An absent one does
// nothing.
struct JobHooks {
  // A job has come to its end. `job` is as it was before, but for its error.
  std::function<void(Stores&, const Job&, JobEnding, Time)> ended{};
  // A dead or cancelled job is to be done after all.
  std::function<void(Stores&, const Job&, Time)> revived{};
};

}  // namespace promotions
