// A clock that stands still until a test moves it.
#pragma once

#include <atomic>

#include "promotions/base/clock.h"

namespace promotions {

// Thread-safe.
class ManualClock final : public Clock {
 public:
  static constexpr Time kStart{Millis{1'790'000'000'000}};

  Time now() const override { return now_.load(); }
  void advance(Millis by) { now_ = now_.load() + by; }
  void set(Time now) { now_ = now; }

 private:
  std::atomic<Time> now_{kStart};
};

}  // namespace promotions
