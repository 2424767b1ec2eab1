// The writes that wait for the writer. Private to storage.
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

// Thread-safe: many threads put writes in, one takes them out.
class Inbox {
 public:
  explicit Inbox(const StorageOptions& options) : options_(options) {}

  // Takes the write over and returns null; or leaves it to the caller and returns why it was
  // refused (Overloaded, or StorageUnavailable once the inbox is closed).
  std::exception_ptr put(WriteSource source, std::unique_ptr<Write>& write);

  // Waits for writes and returns a batch of them: from each source in turn, and from each in the
  // order in which they came. Returns nullopt after waiting for `patience` in vain, and an empty
  // batch once the inbox is closed and nothing waits.
  std::optional<WriteBatch> take(std::optional<Millis> patience);

  void close();  // from now on put() refuses everything

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
  bool is_awaited_ GUARDED_BY(mutex_) = false;  // take() sleeps, and nobody has woken it yet
  bool is_closed_ GUARDED_BY(mutex_) = false;
  std::size_t turn_ GUARDED_BY(mutex_) = 0;  // the source whose turn is next
};

}  // namespace promotions
