// What waits for the writer. Private to storage.
#pragma once

#include <array>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

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
  std::mutex mutex_;
  std::condition_variable filled_;
  std::array<Queue, kWriteSources> queues_;  // guarded by mutex_, as all below
  std::size_t waiting_ = 0;                  // from all sources
  bool is_awaited_ = false;                  // take() sleeps
  bool is_closed_ = false;
  std::size_t turn_ = 0;  // the source that is next
};

}  // namespace promotions
