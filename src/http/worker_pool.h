// A fixed number of threads that run tasks from one queue. Private to http.
#pragma once

#include <deque>
#include <thread>
#include <vector>

#include "promotions/base/move_only_function.h"
#include "promotions/base/mutex.h"

namespace promotions {

// The queue has no bound of its own. The connections bound it: each has at most one request, or one
// block of its answer, in progress.
class WorkerPool {
 public:
  using Task = MoveOnlyFunction<void()>;  // an exception of it is logged

  explicit WorkerPool(int threads);
  ~WorkerPool() { stop(); }

  // Thread-safe.
  void submit(Task task);

  // Drops the tasks that wait, and returns when those in progress are done. May be called twice, by
  // the same thread.
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
