// The threads that answer requests: they take connections from one queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace promotions {

class Connection;

// The queue is bounded by the connections: each is in it once at most.
class WorkerPool {
 public:
  using Work = std::function<void(Connection&)>;  // must not throw

  WorkerPool(int threads, Work work);
  ~WorkerPool() { stop(); }

  // Thread-safe.
  void submit(Connection& connection);

  // Drops what waits and returns when what is under way is done. May be called twice, by one
  // thread.
  void stop();

 private:
  void run();

  const Work work_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Connection*> queue_;  // guarded by mutex_
  bool stopping_ = false;          // guarded by mutex_
  std::vector<std::thread> threads_;
};

}  // namespace promotions
