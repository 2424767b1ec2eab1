// Tells the log of writes that the disk refuses: the first, then how many each few seconds, and
// when it takes them again. Private to storage.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "promotions/base/clock.h"

namespace promotions {

// Used by one thread at a time, but for count().
class Refusals {
 public:
  explicit Refusals(const char* what = "writes") : what_(what) {}

  // `reason`: for the log; more than one write may be refused at once.
  void refused(std::size_t writes, const std::string& reason);
  void accepted();

  // Of writes refused so far. Thread-safe.
  std::uint64_t count() const { return count_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  const char* const what_;
  std::atomic<std::uint64_t> count_{0};
  std::uint64_t in_a_row_ = 0;
  std::uint64_t told_ = 0;  // of those in a row
  SteadyTime began_at_;
  SteadyTime told_at_;
};

}  // namespace promotions
