// When a job is tried again after an attempt that failed.
#pragma once

#include "promotions/base/clock.h"
#include "promotions/base/random.h"

namespace promotions {

struct RetryPolicy {
  Millis backoff_min{60'000};
  Millis backoff_max{4'000'000};

  // Returns min(max, min · 2^(attempt−1)) · U(0.85, 1.15). It grows with each attempt, and is
  // spread so that jobs which failed together do not come back together. `attempt` counts from 1.
  Millis delay(int attempt, Random& random) const;
};

}  // namespace promotions
