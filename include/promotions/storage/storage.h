// The database: one writer thread with the only connection that writes, and a pool of readers.
//
// A write is a function that runs inside a transaction together with others that wait (group
// commit); write() returns after COMMIT. A read runs on a snapshot of what is committed.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/library_version.h"
#include "promotions/storage/account_store.h"
#include "promotions/storage/campaign_store.h"
#include "promotions/storage/draw_store.h"
#include "promotions/storage/errors.h"
#include "promotions/storage/job_store.h"
#include "promotions/storage/settings_store.h"
#include "promotions/storage/subscriber_store.h"

namespace promotions {

// All stores of one connection.
struct Stores {
  explicit Stores(SqliteConnection& connection);

  CampaignStore campaigns;
  SubscriberStore subscribers;
  DrawStore draws;
  JobStore jobs;
  AccountStore accounts;
  SettingsStore settings;
};

struct StorageOptions {
  std::string path = "promotions.db";
  std::size_t max_waiting = 10'000;  // writes in the inbox; beyond it Overloaded
  std::size_t max_batch = 256;       // writes in one transaction: bounds commit latency
  int readers = 8;                   // connections of the pool
};

// A write under way. Owned by whoever submits it; stays where it is until wait() has returned.
class PendingWrite {
 public:
  explicit PendingWrite(std::function<void(Stores&)> operation)
      : operation_(std::move(operation)) {}
  PendingWrite(const PendingWrite&) = delete;
  PendingWrite& operator=(const PendingWrite&) = delete;

  // Returns after COMMIT. Throws what the operation threw, Overloaded or StorageUnavailable. Once.
  void wait();

 private:
  friend class Writer;
  std::function<void(Stores&)> operation_;
  std::exception_ptr error_;
  std::binary_semaphore done_{0};
};

// Thread-safe. Owns the threads and connections. The file's folder must exist.
class Storage {
 public:
  // Opens, migrates, and starts the writer. Throws UserError naming the file: missing folder, not a
  // database, not ours, newer than this program, unreadable, corrupt.
  explicit Storage(const StorageOptions& options);
  ~Storage();  // finishes the writes that wait

  // Runs `f(Stores&)` in a transaction and returns its result after COMMIT. If it throws, its own
  // effects are undone and the others' stay. It may run more than once, so it must not change
  // anything outside the database except by assignment.
  template <typename F>
  auto write(F&& f) -> std::invoke_result_t<F&, Stores&> {
    using Result = std::invoke_result_t<F&, Stores&>;
    if constexpr (std::is_void_v<Result>) {
      PendingWrite pending([&](Stores& stores) { f(stores); });
      submit(pending);
      pending.wait();
    } else {
      std::optional<Result> result;
      PendingWrite pending([&](Stores& stores) { result.emplace(f(stores)); });
      submit(pending);
      pending.wait();
      return std::move(*result);
    }
  }

  // The first half of write(): hands over and returns at once. Throws Overloaded.
  void submit(PendingWrite& pending);

  // Runs `f(const Stores&)` on one snapshot. Keep it short: an open snapshot makes the log grow.
  template <typename F>
  auto read(F&& f) -> std::invoke_result_t<F&, const Stores&> {
    std::optional<std::invoke_result_t<F&, const Stores&>> result;
    run_read([&](const Stores& stores) { result.emplace(f(stores)); });
    return std::move(*result);
  }

  // Called on the writer's thread after each commit that made jobs ready or scheduled; must not
  // block.
  void on_jobs_committed(std::function<void()> callback);

  // Called once, on the writer's thread, if a commit's fate is unknown (fsync failed): nothing is
  // written from then on, and the process should end and be started again.
  void on_broken(std::function<void()> callback);

 private:
  void run_read(const std::function<void(const Stores&)>& operation);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What PRAGMA integrity_check says: empty if all is well. Opens its own read-only connection.
std::vector<std::string> check_integrity(const std::string& path);

std::vector<LibraryVersion> storage_libraries();

}  // namespace promotions
