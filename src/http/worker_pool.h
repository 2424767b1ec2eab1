// Threads that run tasks from one queue. Private to http.
#pragma once

#include <deque>
#include <thread>
#include <vector>

#include "promotions/base/move_only_function.h"
#include "promotions/base/mutex.h"

namespace promotions {

// The queue is bounded by the connections: each has one request, or one block of its answer, under
// way at most.
class WorkerPool {
 public:
  using Task = MoveOnlyFunction<void()>;  // what it throws is logged

  explicit WorkerPool(int threads);
  ~WorkerPool() { stop(); }

  // Thread-safe.
  void submit(Task task);

  // Drops what waits and returns when what is under way is done. May be called twice, by one
  // thread.
  void stop();

 private:
  void run();

  Mutex mutex_;
  ConditionVariable wake_;
  std::deque<Task> queue_ GUARDED_BY(mutex_);
  int idle_ GUARDED_BY(mutex_) = 0;  // threads that sleep
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace promotions
