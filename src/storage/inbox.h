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
  std::exception_ptr put(WriteLine line, std::unique_ptr<Write>& write);

  // Waits for writes, for `patience` at most: nullopt then. Empty once it is closed and nothing
  // waits. From each line in turn, the lines' own order kept.
  std::optional<WriteBatch> take(std::optional<Millis> patience);

  void close();  // nothing more is put in

 private:
  struct Line {
    std::deque<std::unique_ptr<Write>> writes;
    std::size_t bytes = 0;
  };

  const StorageOptions options_;
  Mutex mutex_;
  ConditionVariable filled_;
  std::array<Line, kWriteLines> lines_ GUARDED_BY(mutex_);
  std::size_t waiting_ GUARDED_BY(mutex_) = 0;  // in all lines
  bool is_awaited_ GUARDED_BY(mutex_) = false;  // take() sleeps
  bool is_closed_ GUARDED_BY(mutex_) = false;
  std::size_t turn_ GUARDED_BY(mutex_) = 0;  // the line that is next
};

}  // namespace promotions
