// The program's time: UTC in whole milliseconds, stored as milliseconds since 1970.
#pragma once

#include <chrono>

namespace promotions {

using Millis = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Millis>;

// Two threads, or a request and its commit, may see times that are slightly out of order. A stored
// time that is further than this in the future was written before the clock was set back.
inline constexpr Millis kClockSlack = std::chrono::minutes(1);

// The source of the time of day. It is passed in, so that tests can pass their own.
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
