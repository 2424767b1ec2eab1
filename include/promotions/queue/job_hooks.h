// Functions that are called when jobs end or are revived, within the write that does so.
#pragma once

#include <functional>

#include "promotions/storage/storage.h"

namespace promotions {

// Called, on the writer's thread, for what the dispatcher and what operators do to jobs. An absent
// one does nothing. What a hook throws undoes the write.
struct JobHooks {
  // A job has ended. `job` is as it was before, except for last_error; with worker_lost it is as it
  // is now.
  std::function<void(Stores&, const Job&, JobEnding, Time)> ended{};
  // A dead or cancelled job will be run after all.
  std::function<void(Stores&, const Job&, Time)> revived{};
};

}  // namespace promotions
