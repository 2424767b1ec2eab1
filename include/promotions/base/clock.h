// Time as the program keeps it: UTC, whole milliseconds, stored as Unix milliseconds.
#pragma once

#include <chrono>

namespace promotions {

using Millis = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Millis>;

// Two threads, or a request and a commit, may see times in another order than they came in. What
// lies further than this in the future was written before the clock was set back.
inline constexpr Millis kClockSlack = std::chrono::minutes(1);

// Where code that decides by the time of day gets it from; tests pass their own.
// Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Time now() const override {
    return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now());
  }
};

}  // namespace promotions
