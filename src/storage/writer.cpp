#include "storage/writer.h"

#include <sqlite3.h>

#include "promotions/base/log.h"

namespace promotions {
namespace {

// A checkpoint copies the log's pages into the database and syncs it; meanwhile nothing commits.
// The longer the log, the more often a page in it was written and is copied only once. In quiet
// times it is copied whatever its length.
constexpr int kCheckpointPages = 16'000;  // 64 MiB
constexpr Millis kQuiet = std::chrono::seconds(1);

constexpr char kBegin[] = "BEGIN IMMEDIATE";
constexpr char kCommit[] = "COMMIT";
constexpr char kSavepoint[] = "SAVEPOINT one";
constexpr char kRollbackToSavepoint[] = "ROLLBACK TO one";
constexpr char kReleaseSavepoint[] = "RELEASE one";

// Trouble of the disk or the file, as opposed to a fault in one write.
bool is_storage_trouble(const SQLite::Exception& error) {
  switch (error.getErrorCode()) {
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return true;
    default:
      return false;
  }
}

// After a failed fsync nobody knows what is on the disk: the pages may be there after a crash, or
// not.
bool is_fate_unknown(int extended_code) {
  return extended_code == SQLITE_IOERR_FSYNC || extended_code == SQLITE_IOERR_DIR_FSYNC;
}

void finish_all(WriteBatch& batch, const std::exception_ptr& error) {
  for (auto& write : batch) {
    if (write) std::exchange(write, nullptr)->finish(error);
  }
}

}  // namespace

Writer::Writer(std::unique_ptr<SqliteConnection> connection, const StorageOptions& options)
    : inbox_(options),
      connection_(std::move(connection)),
      addresses_(*connection_, options.max_recent_addresses),
      stores_(*connection_, &addresses_),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  inbox_.close();
  thread_.join();
}

void Writer::submit(WriteLine line, std::unique_ptr<Write> write) {
  if (const auto refusal = inbox_.put(line, write)) write->finish(refusal);
}

void Writer::on_jobs_committed(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_jobs_committed_ = std::move(callback);
}

void Writer::on_broken(std::function<void()> callback) {
  const std::lock_guard lock(mutex_);
  on_broken_ = std::move(callback);
}

void Writer::run() {
  sqlite3_wal_hook(
      connection_->database().getHandle(),
      [](void* pages, sqlite3* /*database*/, const char* /*schema*/, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &log_pages_);
  for (;;) {
    const bool is_log_empty = is_broken_ || log_pages_ == 0;
    std::optional<WriteBatch> batch =
        inbox_.take(is_log_empty ? std::nullopt : std::optional(kQuiet));
    if (!batch) {
      checkpoint();
    } else if (batch->empty()) {
      return;
    } else {
      commit(*batch);
      // Only now that everybody in the batch has been told.
      if (log_pages_ >= kCheckpointPages) checkpoint();
    }
  }
}

void Writer::commit(WriteBatch& batch) {
  if (is_broken_) {
    finish_all(batch, std::make_exception_ptr(
                          StorageUnavailable("a commit failed before; the server must restart")));
    return;
  }
  try {
    // Failures are rare, and looking out for them costs: a savepoint for each write. So that is
    // done only once one has failed, and the batch starts over.
    if (!apply(batch, Care::none)) apply(batch, Care::each);
    addresses_.before_commit();
    run(kCommit);
  } catch (const SQLite::Exception& error) {
    give_up(batch, error);
    return;
  }
  finish_all(batch, nullptr);
  addresses_.after_commit();
  if (connection_->jobs_added) {
    const std::lock_guard lock(mutex_);
    if (on_jobs_committed_) on_jobs_committed_();
  }
}

// False: some write failed, and everything was rolled back. With care, those that fail have been
// told and left out. Throws SQLite::Exception for trouble that is nobody's fault in the batch.
bool Writer::apply(WriteBatch& batch, Care care) {
  connection_->jobs_added = false;
  run(kBegin);
  for (auto& write : batch) {
    const bool jobs_added = connection_->jobs_added;
    const std::size_t addresses = addresses_.mark();
    if (care == Care::each) run(kSavepoint);
    if (auto error = apply_one(*write)) {
      if (care == Care::none) {
        rollback();
        return false;
      }
      run(kRollbackToSavepoint);
      addresses_.undo_to(addresses);
      connection_->jobs_added = jobs_added;
      std::exchange(write, nullptr)->finish(std::move(error));
    }
    if (care == Care::each) run(kReleaseSavepoint);
  }
  return true;
}

std::exception_ptr Writer::apply_one(Write& write) {
  try {
    write.apply(stores_);
    return nullptr;
  } catch (const SQLite::Exception& error) {
    if (is_storage_trouble(error)) throw;
    return std::current_exception();
  } catch (...) {
    return std::current_exception();
  }
}

void Writer::give_up(WriteBatch& batch, const SQLite::Exception& error) {
  rollback();
  const int code = error.getExtendedErrorCode();
  logs::error("storage: {} (code {}), {} writes refused", error.what(), code, batch.size());
  is_broken_ = is_fate_unknown(code);
  finish_all(batch, std::make_exception_ptr(StorageUnavailable(error.what())));
  if (is_broken_) announce_broken();
}

void Writer::announce_broken() {
  logs::error("storage: what is on the disk is unknown; nothing is written until a restart");
  const std::lock_guard lock(mutex_);
  if (on_broken_) on_broken_();
}

// What a reader still needs stays in the log, until a later checkpoint.
void Writer::checkpoint() {
  sqlite3* const database = connection_->database().getHandle();
  log_pages_ = 0;  // until the next commit tells: a checkpoint that fails is not repeated at once
  if (is_broken_) return;
  const int status =
      sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (status == SQLITE_OK) return;
  logs::warn("storage: checkpoint: {}", sqlite3_errmsg(database));
  is_broken_ = is_fate_unknown(sqlite3_extended_errcode(database));
  if (is_broken_) announce_broken();
}

void Writer::rollback() noexcept {
  try {
    // SQLite has rolled back by itself after some errors; then there is nothing to roll back.
    if (sqlite3_get_autocommit(connection_->database().getHandle()) == 0) {
      connection_->execute("ROLLBACK");
    }
  } catch (const std::exception& error) {
    logs::error("storage: rollback: {}", error.what());
  }
  addresses_.after_rollback();
}

}  // namespace promotions
