// The database: one writer thread with the only connection that writes, and a pool of readers.
//
// A write is a function. It runs inside a transaction, together with others that wait (group
// commit), and its caller gets the result after COMMIT. A read runs on a snapshot of what is
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
#include "promotions/storage/consent_store.h"
#include "promotions/storage/draw_store.h"
#include "promotions/storage/effects.h"
#include "promotions/storage/entrant_store.h"
#include "promotions/storage/errors.h"
#include "promotions/storage/job_store.h"
#include "promotions/storage/lane_store.h"
#include "promotions/storage/settings_store.h"
#include "promotions/storage/subscriber_store.h"
#include "promotions/storage/terms_store.h"
#include "promotions/storage/variant_store.h"

namespace promotions {

// All stores of one connection. A write gets them as they are, a read gets them const. Let the
// exceptions of SQLite pass: Storage turns trouble of the disk or the file into StorageUnavailable.
struct Stores {
  // Both are borrowed. `addresses` belongs to the connection that writes; null for a reader.
  explicit Stores(DatabaseConnection& connection, AddressIndex* addresses = nullptr);

  CampaignStore campaigns;
  SubscriberStore subscribers;
  VariantStore variants;
  ConsentStore consents;
  TermsStore terms;
  DrawStore draws;
  EntrantStore entrants;
  JobStore jobs;
  LaneStore lanes;
  AccountStore accounts;
  SettingsStore settings;
};

struct StorageOptions {
  std::string path = "promotions.db";
  // How many writes of each source may wait, and with how many bytes. Beyond either bound a write
  // is refused with Overloaded.
  std::size_t max_waiting = 10'000;
  std::size_t max_waiting_bytes = 16 << 20;
  // How much goes into one transaction; bounds the latency of a commit.
  std::size_t max_batch = 256;
  std::size_t max_batch_bytes = 1 << 20;
  int readers = 8;  // connections of the pool
  // Erased data leaves the write-ahead log within this time, even under steady writes. Only a
  // reader that needs the log puts it off.
  Millis max_erased_in_log = std::chrono::seconds(10);
  std::size_t max_recent_addresses = 131'072;  // in memory, 32 bytes each, before being indexed
};

// Where a write comes from. Each source has a queue of its own in the inbox, and a batch takes from
// these in turn, so a flood from one source neither delays the others nor has them refused.
enum class WriteSource { sign_ups, verifications, queue, others };
inline constexpr std::size_t kWriteSources = 4;

// A write on its way through the inbox.
class Write {
 public:
  virtual ~Write() = default;

  // Runs on the writer's thread, in a transaction together with others. May be called more than
  // once, so it must not change anything outside the database except by assignment.
  virtual void apply(Stores& stores) = 0;

  // Called once: after COMMIT with null, otherwise with what apply() threw, with Overloaded or with
  // StorageUnavailable. Runs on the writer's thread, in the order of the commits, or, if the inbox
  // refuses the write, on the thread that submits it. Must be quick, and must not throw.
  virtual void finish(std::exception_ptr error) = 0;

  static constexpr std::size_t kUsualBytes = 256;  // for a row or two, with their indexes
  // About how much it adds to the database. Bounds what waits in memory and what is committed at
  // once.
  std::size_t bytes = kUsualBytes;
};

// Keeps a listener registered. With its last copy the listener goes, and is not called any more.
using CommitListener = std::shared_ptr<void>;

// Thread-safe. Owns the writer's thread and all connections. The file's folder must exist, and the
// process must hold the DatabaseLock for as long as the storage lives.
class Storage {
 public:
  // Opens and migrates the database, and starts the writer. Throws UserError, which names the file,
  // if the folder is missing, or the file has several names, is no database, is not ours, is newer
  // than this program, unreadable or corrupt.
  explicit Storage(const StorageOptions& options);
  ~Storage();  // finishes the writes that wait

  // Hands a write over and returns at once.
  void submit(WriteSource source, std::unique_ptr<Write> write);

  // The same with functions. `f(Stores&)` is the write. `done(Completion<T>)`, where T is what `f`
  // returns, is called when and where Write::finish() would be. `bytes` is Write::bytes.
  template <typename F, typename Done>
  void write_later(WriteSource source, std::size_t bytes, F f, Done done) {
    auto write = std::make_unique<FunctionWrite<F, Done>>(std::move(f), std::move(done));
    write->bytes = bytes;
    submit(source, std::move(write));
  }

  // Runs `f(Stores&)` in a transaction and returns its result after COMMIT. If `f` throws, only its
  // own changes are undone. Throws what `f` threw, Overloaded or StorageUnavailable. Must not be
  // called on the writer's thread, for which it waits.
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

  // Runs `f(const Stores&)` on one snapshot, on the calling thread; waits for a free connection.
  // Keep it short, since an open snapshot makes the log grow. Throws what `f` threw, or
  // StorageUnavailable.
  template <typename F>
  auto read(F&& f) -> std::invoke_result_t<F&, const Stores&> {
    std::optional<std::invoke_result_t<F&, const Stores&>> result;
    run_read([&](const Stores& stores) { result.emplace(f(stores)); });
    return std::move(*result);
  }

  // Calls `listener` on the writer's thread after each commit with an effect, before the commit's
  // writes are finished. It must be quick, and must neither write nor call listen(). It is called
  // as long as the returned object lives, which the storage must outlive.
  [[nodiscard]] CommitListener listen(std::function<void(const Effects&)> listener);

  // How many writes the disk has refused so far. If the number has grown, what was last known of
  // the disk may no longer be true.
  std::uint64_t refused_writes() const;

  // `callback` is called once, on the writer's thread, if it is unknown whether a commit is on the
  // disk (fsync failed), or if the log's file was removed. Nothing is written from then on, and the
  // process should end and be started again.
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

// Says why the file at `path` is no database of ours, as "what; what would be right". nullopt if it
// may be one, or cannot be read. Reads the beginning of the file without SQLite, so nothing is made
// beside it. Only for a process that does not have the database open, because closing the file
// drops all locks of the process on it. Throws nothing.
std::optional<std::string> foreign_file(const std::string& path);

// Lists what is wrong with the database at `path`, as "what; what would be right", with one entry
// for each kind of problem that says how many there are. Empty if all is well. Checks whose file it
// is, runs SQLite's own checks, and looks for counters that do not agree with the rows and for
// addresses that are twice in a campaign. Reads everything, in one snapshot on a connection of its
// own, and leaves alone a log that a server left behind. Throws nothing.
std::vector<std::string> check_integrity(const std::string& path);

// Runs `f` on one snapshot, on a connection of its own that changes nothing; also while a server
// runs. Returns false if the database does not have this program's schema. Throws
// StorageUnavailable and UserError.
bool read_database(const std::string& path, const std::function<void(const Stores&)>& f);

// Tries whether the database at `path` can take a sign-up: writes as much into its log and rolls
// back, so nothing is committed. Says why it cannot, as "what; what would be right"; nullopt if it
// can. The process must hold the DatabaseLock. Throws nothing.
std::optional<std::string> probe_write(const std::string& path);

std::vector<LibraryVersion> storage_libraries();

}  // namespace promotions
