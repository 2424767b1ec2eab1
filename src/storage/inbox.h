// What waits for the writer. Private to storage.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "promotions/base/mutex.h"
#include "promotions/storage/storage.h"

namespace promotions {

using WriteBatch = std::vector<std::unique_ptr<Write>>;

// Thread-safe: many threads put in, one takes out.
class Inbox {
 public:
  explicit Inbox(const StorageOptions& options) : options_(options) {}

  // Nothing, or why the write was refused: it was not taken then.
  std::exception_ptr put(WriteSource source, std::unique_ptr<Write>& write);

  // Waits for writes, for `patience` at most: nullopt then. Empty once it is closed and nothing
  // waits. From each source in turn, each in its own order.
  std::optional<WriteBatch> take(std::optional<Millis> patience);

  void close();  // nothing more is put in

 private:
  struct Queue {
    std::deque<std::unique_ptr<Write>> writes;
    std::size_t bytes = 0;
  };

  const StorageOptions options_;
  Mutex mutex_;
  ConditionVariable filled_;
  std::array<Queue, kWriteSources> queues_ GUARDED_BY(mutex_);
  std::size_t waiting_ GUARDED_BY(mutex_) = 0;  // from all sources
  bool is_awaited_ GUARDED_BY(mutex_) = false;  // take() sleeps
  bool is_closed_ GUARDED_BY(mutex_) = false;
  std::size_t turn_ GUARDED_BY(mutex_) = 0;  // the source that is next
};

}  // namespace promotions
