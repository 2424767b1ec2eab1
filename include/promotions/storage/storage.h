// The database: one writer thread with the only connection that writes, and a pool of readers.
//
// A write is a function that runs inside a transaction together with others that wait (group
// commit); whoever handed it over is told after COMMIT. A read runs on a snapshot of what is
// committed.
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <semaphore>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/completion.h"
#include "promotions/base/library_version.h"
#include "promotions/storage/account_store.h"
#include "promotions/storage/campaign_store.h"
#include "promotions/storage/draw_store.h"
#include "promotions/storage/effects.h"
#include "promotions/storage/entrant_store.h"
#include "promotions/storage/errors.h"
#include "promotions/storage/job_store.h"
#include "promotions/storage/lane_store.h"
#include "promotions/storage/settings_store.h"
#include "promotions/storage/subscriber_store.h"
#include "promotions/storage/variant_store.h"

namespace promotions {

// All stores of one connection.
struct Stores {
  explicit Stores(DatabaseConnection& connection, AddressIndex* addresses = nullptr);

  CampaignStore campaigns;
  SubscriberStore subscribers;
  VariantStore variants;
  DrawStore draws;
  EntrantStore entrants;
  JobStore jobs;
  LaneStore lanes;
  AccountStore accounts;
  SettingsStore settings;
};

struct StorageOptions {
  std::string path = "promotions.db";
  // From each source; beyond either, Overloaded.
  std::size_t max_waiting = 10'000;
  std::size_t max_waiting_bytes = 16 << 20;
  // In one transaction: bounds commit latency.
  std::size_t max_batch = 256;
  std::size_t max_batch_bytes = 1 << 20;
  int readers = 8;  // connections of the pool
  // What was erased is out of the write-ahead log after this time, also while much is written.
  Millis max_erased_in_log = std::chrono::seconds(10);
  std::size_t max_recent_addresses = 131'072;  // kept in memory, 32 bytes each, then indexed
};

// Where a write comes from. Each source has a queue of its own in the inbox, and a batch takes from
// them in turn: a flood from one neither delays nor refuses the others.
enum class WriteSource { sign_ups, verifications, queue, others };
inline constexpr std::size_t kWriteSources = 4;

// A write on its way through the inbox.
class Write {
 public:
  virtual ~Write() = default;

  // Runs in a transaction together with others. May be called more than once, so it must not change
  // anything outside the database except by assignment.
  virtual void apply(Stores& stores) = 0;

  // Called once: after COMMIT without an error, or with what apply() threw, or with Overloaded or
  // StorageUnavailable. On the writer's thread, in the order of the commits; or, if the write is
  // refused at once, on the thread that handed it over. Must be quick, and must not throw.
  virtual void finish(std::exception_ptr error) = 0;

  static constexpr std::size_t kUsualBytes = 256;  // of a row or two, with their indexes
  std::size_t bytes = kUsualBytes;  // about what it adds to the database, so that much is not kept
                                    // waiting in memory, or committed at once
};

// Ends a listening to commits with its destruction. After that the listener is not called.
using CommitListener = std::shared_ptr<void>;

// Thread-safe. Owns the threads and connections. The file's folder must exist.
class Storage {
 public:
  // Opens, migrates, and starts the writer. Throws UserError naming the file: missing folder,
  // several names, not a database, not ours, newer than this program, unreadable, corrupt.
  explicit Storage(const StorageOptions& options);
  ~Storage();  // finishes the writes that wait

  // Hands a write over and returns at once.
  void submit(WriteSource source, std::unique_ptr<Write> write);

  // The same with functions: `f(Stores&)` is the write, and `done(Completion<T>)`, T being what `f`
  // returns, is told as by Write::finish().
  template <typename F, typename Done>
  void write_later(WriteSource source, std::size_t bytes, F f, Done done) {
    auto write = std::make_unique<FunctionWrite<F, Done>>(std::move(f), std::move(done));
    write->bytes = bytes;
    submit(source, std::move(write));
  }

  // Runs `f(Stores&)` in a transaction and returns its result after COMMIT. If it throws, its own
  // effects are undone and the others' stay. Throws what `f` threw, Overloaded and
  // StorageUnavailable.
  template <typename F>
  auto write(F&& f, WriteSource source = WriteSource::others,
             std::size_t bytes = Write::kUsualBytes) -> std::invoke_result_t<F&, Stores&> {
    using Result = std::invoke_result_t<F&, Stores&>;
    if constexpr (std::is_void_v<Result>) {
      write(
          [&f](Stores& stores) {
            f(stores);
            return std::monostate{};
          },
          source, bytes);
    } else {
      std::optional<Completion<Result>> ending;
      std::binary_semaphore done{0};
      write_later(
          source, bytes, [&f](Stores& stores) { return f(stores); },
          [&](Completion<Result> completion) {
            ending.emplace(std::move(completion));
            done.release();
          });
      done.acquire();
      return ending->take();
    }
  }

  // Runs `f(const Stores&)` on one snapshot. Keep it short: an open snapshot makes the log grow.
  template <typename F>
  auto read(F&& f) -> std::invoke_result_t<F&, const Stores&> {
    std::optional<std::invoke_result_t<F&, const Stores&>> result;
    run_read([&](const Stores& stores) { result.emplace(f(stores)); });
    return std::move(*result);
  }

  // Has `listener` called on the writer's thread after each commit with an effect, before those
  // whose writes it held are told. It must be quick, and must neither write nor listen. Ends with
  // what is returned, which the storage must outlive.
  [[nodiscard]] CommitListener listen(std::function<void(const Effects&)> listener);

  // How many writes the disk has refused so far. If it has grown, what was true of it may no longer
  // be. Thread-safe.
  std::uint64_t refused_writes() const;

  // Called once, on the writer's thread, if a commit's fate is unknown (fsync failed), or if the
  // log's file was removed: nothing is written from then on, and the process should end and be
  // started again.
  void on_broken(std::function<void()> callback);

 private:
  template <typename F, typename Done>
  class FunctionWrite final : public Write {
   public:
    FunctionWrite(F f, Done done) : f_(std::move(f)), done_(std::move(done)) {}
    void apply(Stores& stores) override { result_.emplace(f_(stores)); }
    void finish(std::exception_ptr error) override {
      using Result = std::invoke_result_t<F&, Stores&>;
      done_(error ? Completion<Result>(std::move(error)) : Completion<Result>(std::move(*result_)));
    }

   private:
    F f_;
    Done done_;
    std::optional<std::invoke_result_t<F&, Stores&>> result_;
  };

  void run_read(const std::function<void(const Stores&)>& operation);

  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Why the file at `path` is no database of ours, "what; what would be right"; nullopt: it may be
// one, or cannot be read. Looks at its beginning without SQLite, so nothing is made beside it; only
// for a process that does not have it open, because closing it drops the process's locks. Throws
// nothing.
std::optional<std::string> foreign_file(const std::string& path);

// What is wrong with the database at `path`, "what; what would be right", one for each kind of
// problem with how many there are; empty if all is well: whose it is, SQLite's own checks, counters
// that do not agree with the rows, and addresses that are twice in a campaign. Reads everything, on
// one snapshot of a connection of its own, and leaves a log that a server left. Throws nothing.
std::vector<std::string> check_integrity(const std::string& path);

// Runs `f` on one snapshot of a connection of its own, which changes nothing; also beside a server.
// False: the database is not of this program's schema. Throws StorageUnavailable and UserError.
bool read_database(const std::string& path, const std::function<void(const Stores&)>& f);

// Can the database at `path` take a sign-up? Writes as much into its log, and takes it back:
// nothing is committed. The same words; nullopt: it can. Only for whoever holds the DatabaseLock.
// Throws nothing.
std::optional<std::string> probe_write(const std::string& path);

std::vector<LibraryVersion> storage_libraries();

}  // namespace promotions
