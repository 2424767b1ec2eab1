#include "promotions/queue/retry_policy.h"

#include <algorithm>
#include <cmath>

namespace promotions {

Millis RetryPolicy::delay(int attempt, Random& random) const {
  const double doubled =
      static_cast<double>(backoff_min.count()) * std::exp2(std::max(attempt, 1) - 1);
  const double bounded = std::min(doubled, static_cast<double>(backoff_max.count()));
  return Millis{std::llround(bounded * (0.85 + 0.3 * random.uniform()))};
}

}  // namespace promotions
