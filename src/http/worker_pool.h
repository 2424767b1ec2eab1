// Threads that run tasks from one queue. Private to http.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "promotions/base/move_only_function.h"

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

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> queue_;  // guarded by mutex_
  int idle_ = 0;            // threads that sleep; guarded by mutex_
  bool stopping_ = false;   // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace promotions
