#include "http/worker_pool.h"

#include "promotions/base/log.h"

namespace promotions {

WorkerPool::WorkerPool(int threads) {
  try {
    for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { run(); });
  } catch (...) {  // threads that were started must be joined before they are destroyed
    stop();
    throw;
  }
}

void WorkerPool::submit(Task task) {
  const MutexLock lock(mutex_);
  queue_.push_back(std::move(task));
  // Notifies with the lock held: as soon as the task has run, the pool may be destroyed.
  if (idle_ > 0) wake_.notify_one();
}

void WorkerPool::stop() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  const MutexLock lock(mutex_);
  queue_.clear();
}

void WorkerPool::run() {
  MutexLock lock(mutex_);
  for (;;) {
    ++idle_;
    wake_.wait(lock, [this]() REQUIRES(mutex_) { return stopping_ || !queue_.empty(); });
    --idle_;
    if (stopping_) return;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    try {
      task();
    } catch (const std::exception& error) {
      logs::error("a request was not answered: {}", error.what());
    }
    task = {};  // destroyed without the lock, since it may own a request or a block
    lock.lock();
  }
}

}  // namespace promotions
