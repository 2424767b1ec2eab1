// Mutexes that Clang checks at compile time: a member names the mutex that guards it, and code that
// uses the member without holding that mutex does not pass (scripts/check-annotations).
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
// They wrap those of the standard library, which have no annotations in GCC's version, and cost the
// same. Clang does not check constructors and destructors, when no other thread has the object, nor
// code inside a catch block: call a function there.
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

// For a member or variable: it is read and written only while the mutex is held.
#define GUARDED_BY(mutex) PROMOTIONS_ATTRIBUTE(guarded_by(mutex))
// For a function or lambda: its caller holds the mutex.
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

// Holds the mutex from its construction to its end, except between unlock() and lock().
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

// Waiting releases the lock. It is held again whenever `condition` runs and when the wait returns.
class ConditionVariable {
 public:
  template <typename Condition>
  void wait(MutexLock& lock, Condition condition) {
    variable_.wait(lock.lock_, std::move(condition));
  }

  // Returns false if the condition still did not hold after `at_most`.
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
