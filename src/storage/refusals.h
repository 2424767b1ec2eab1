// Writes to the log about writes that the disk refuses: the first one, then how many every few
// seconds, and when the disk takes them again. Private to storage.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "promotions/base/clock.h"

namespace promotions {

// Used by one thread at a time, except count().
class Refusals {
 public:
  explicit Refusals(const char* what = "writes") : what_(what) {}

  // So many writes were refused at once; `reason` is for the log.
  void refused(std::size_t writes, const std::string& reason);
  void accepted();

  // How many writes were refused so far. Thread-safe.
  std::uint64_t count() const { return count_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  const char* const what_;
  std::atomic<std::uint64_t> count_{0};
  std::uint64_t in_a_row_ = 0;
  std::uint64_t told_ = 0;  // of those in a row, how many the log knows of
  SteadyTime began_at_;
  SteadyTime told_at_;
};

}  // namespace promotions
