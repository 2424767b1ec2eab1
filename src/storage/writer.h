// The one thread that writes. Private to storage.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "promotions/storage/storage.h"
#include "storage/sqlite_connection.h"

namespace promotions {

// Group commit: whatever waits when the last commit is done goes into the next transaction, so the
// batch grows with the load and a lone write waits for nobody.
class Writer {
 public:
  // Takes the connection over; it must be migrated.
  Writer(std::unique_ptr<SqliteConnection> connection, std::size_t max_waiting,
         std::size_t max_batch);
  ~Writer();  // finishes what waits

  void submit(PendingWrite& pending);
  void on_jobs_committed(std::function<void()> callback);
  void on_broken(std::function<void()> callback);

 private:
  using Batch = std::vector<PendingWrite*>;

  void run();
  Batch take_batch();
  void commit(Batch& batch);
  bool apply(Batch& batch);
  void answer(Batch& batch, const std::exception_ptr& error);
  void rollback() noexcept;

  // Constant after construction.
  const std::size_t max_waiting_;
  const std::size_t max_batch_;
  std::unique_ptr<SqliteConnection> connection_;  // used by thread_ only
  Stores stores_;
  bool broken_ =
      false;  // thread_ only: a commit's fate is unknown, nothing may be written any more

  std::mutex mutex_;
  std::condition_variable wake_;
  Batch waiting_;                            // guarded by mutex_
  bool stopping_ = false;                    // guarded by mutex_
  std::function<void()> on_jobs_committed_;  // guarded by mutex_
  std::function<void()> on_broken_;          // guarded by mutex_

  std::thread thread_;
};

}  // namespace promotions
