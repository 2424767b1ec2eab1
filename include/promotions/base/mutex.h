// Mutexes that Clang checks when it compiles: what a mutex guards says so, and whoever touches it
// without that mutex is told (scripts/check-annotations).
//
//   class Box {
//    public:
//     void put(Item item) {
//       {
//         const MutexLock lock(mutex_);
//         items_.push_back(std::move(item));
//       }
//       filled_.notify_one();
//     }
//     Item take() {
//       MutexLock lock(mutex_);
//       filled_.wait(lock, [this]() REQUIRES(mutex_) { return !items_.empty(); });
//       return take_first();
//     }
//
//    private:
//     Item take_first() REQUIRES(mutex_);
//
//     Mutex mutex_;
//     ConditionVariable filled_;
//     std::deque<Item> items_ GUARDED_BY(mutex_);
//   };
//
// They are those of the standard library, which carry no annotations in GCC's, and cost what those
// cost. Not checked are constructors and destructors, when nobody else has the object, and what
// stands in a catch block: call a function there.
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

// https://clang.llvm.org/docs/ThreadSafetyAnalysis.html
#ifdef __clang__
#define PROMOTIONS_ATTRIBUTE(...) __attribute__((__VA_ARGS__))
#else
#define PROMOTIONS_ATTRIBUTE(...)
#endif

// Of a member or variable: it is read and written only with the mutex.
#define GUARDED_BY(mutex) PROMOTIONS_ATTRIBUTE(guarded_by(mutex))
// Of a function or lambda: whoever calls it has the mutex.
#define REQUIRES(...) PROMOTIONS_ATTRIBUTE(requires_capability(__VA_ARGS__))

namespace promotions {

class PROMOTIONS_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

 private:
  friend class MutexLock;
  std::mutex mutex_;
};

// Has the mutex from its construction to its end, but for the time between unlock() and lock().
class PROMOTIONS_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) PROMOTIONS_ATTRIBUTE(acquire_capability(mutex))
      : lock_(mutex.mutex_) {}
  ~MutexLock() PROMOTIONS_ATTRIBUTE(release_capability()) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  void unlock() PROMOTIONS_ATTRIBUTE(release_capability()) { lock_.unlock(); }
  void lock() PROMOTIONS_ATTRIBUTE(acquire_capability()) { lock_.lock(); }

 private:
  friend class ConditionVariable;
  std::unique_lock<std::mutex> lock_;
};

// The lock is given up while it waits, and had again when `condition` is asked and when it returns.
class ConditionVariable {
 public:
  template <typename Condition>
  void wait(MutexLock& lock, Condition condition) {
    variable_.wait(lock.lock_, std::move(condition));
  }

  // False: the condition still did not hold after `at_most`.
  template <typename Duration, typename Condition>
  bool wait_for(MutexLock& lock, const Duration& at_most, Condition condition) {
    return variable_.wait_for(lock.lock_, at_most, std::move(condition));
  }

  void notify_one() noexcept { variable_.notify_one(); }
  void notify_all() noexcept { variable_.notify_all(); }

 private:
  std::condition_variable variable_;
};

}  // namespace promotions
