// Waiting for what other threads do, with a deadline instead of a sleep.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace promotions {

// Generous, because it is only waited for when a test fails.
inline constexpr std::chrono::seconds kDeadline{60};

// Something that happens any number of times. Thread-safe.
class Event {
 public:
  void happen() {
    // With the lock held: whoever waited may destroy this as soon as it is let go.
    const std::lock_guard lock(mutex_);
    ++count_;
    changed_.notify_all();
  }

  int count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }

  // Waits until it has happened `times` in all; false after the deadline.
  [[nodiscard]] bool wait(int times = 1) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kDeadline, [&] { return count_ >= times; });
  }

  // Waits until `condition()` holds, looking whenever it has happened; false after the deadline.
  template <typename Condition>
  [[nodiscard]] bool wait_until(Condition condition) const {
    const auto deadline = std::chrono::steady_clock::now() + kDeadline;
    for (int seen = count(); !condition(); ++seen) {
      std::unique_lock lock(mutex_);
      if (!changed_.wait_until(lock, deadline, [&] { return count_ > seen; })) return false;
    }
    return true;
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int count_ = 0;
};

}  // namespace promotions
