#include "storage/inbox.h"

namespace promotions {

std::exception_ptr Inbox::put(WriteSource source, std::unique_ptr<Write>& write) {
  bool is_awaited = false;
  {
    const MutexLock lock(mutex_);
    Queue& queue = queues_.at(static_cast<std::size_t>(source));
    if (is_closed_) {
      return std::make_exception_ptr(StorageUnavailable("the server is stopping"));
    }
    if (queue.writes.size() >= options_.max_waiting ||
        queue.bytes + write->bytes > options_.max_waiting_bytes) {
      return std::make_exception_ptr(Overloaded("too many writes wait"));
    }
    queue.bytes += write->bytes;
    queue.writes.push_back(std::move(write));
    ++waiting_;
    // Only a writer that sleeps must be woken, and only once: under load this saves a system call
    // for most writes.
    is_awaited = std::exchange(is_awaited_, false);
  }
  if (is_awaited) filled_.notify_one();
  return nullptr;
}

std::optional<WriteBatch> Inbox::take(std::optional<Millis> patience) {
  MutexLock lock(mutex_);
  const auto may_go_on = [this]() REQUIRES(mutex_) { return waiting_ > 0 || is_closed_; };
  // A timeout leaves it set, so the next put() may wake nobody, which does no harm.
  is_awaited_ = true;
  if (!patience) {
    filled_.wait(lock, may_go_on);
  } else if (!filled_.wait_for(lock, *patience, may_go_on)) {
    return std::nullopt;
  }
  is_awaited_ = false;
  // One write of each source in turn, until nothing waits or the batch is full. The last write may
  // exceed max_batch_bytes, so that one which is larger than that is taken at all.
  WriteBatch batch;
  std::size_t bytes = 0;
  while (waiting_ > 0 && batch.size() < options_.max_batch && bytes < options_.max_batch_bytes) {
    Queue& queue = queues_.at(turn_);
    turn_ = (turn_ + 1) % kWriteSources;
    if (queue.writes.empty()) continue;
    batch.push_back(std::move(queue.writes.front()));
    queue.writes.pop_front();
    queue.bytes -= batch.back()->bytes;
    bytes += batch.back()->bytes;
    --waiting_;
  }
  return batch;
}

void Inbox::close() {
  {
    const MutexLock lock(mutex_);
    is_closed_ = true;
  }
  filled_.notify_one();
}

}  // namespace promotions
