#include "storage/writer.h"

#include <sqlite3.h>

#include <algorithm>

#include "promotions/base/log.h"
#include "storage/complaint.h"

namespace promotions {
namespace {

constexpr char kBegin[] = "BEGIN IMMEDIATE";
constexpr char kCommit[] = "COMMIT";
constexpr char kSavepoint[] = "SAVEPOINT one";
constexpr char kRollbackToSavepoint[] = "ROLLBACK TO one";
constexpr char kReleaseSavepoint[] = "RELEASE one";

// Whether the files are still in place, while nobody writes.
constexpr Millis kLookEvery = std::chrono::seconds(2);

constexpr char kFateUnknown[] = "what is on the disk is unknown";

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

void finish_all(WriteBatch& batch, const std::exception_ptr& error) {
  for (auto& write : batch) {
    if (write) std::exchange(write, nullptr)->finish(error);
  }
}

}  // namespace

Writer::Writer(std::unique_ptr<DatabaseConnection> connection, ReservedSpace& space,
               const StorageOptions& options)
    : path_(options.path),
      inbox_(options),
      connection_(std::move(connection)),
      files_(options.path, space.descriptor()),
      addresses_(*connection_, options.max_recent_addresses),
      stores_(*connection_, &addresses_),
      checkpointer_(*connection_, space, options.max_erased_in_log),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  inbox_.close();
  thread_.join();
}

void Writer::submit(WriteSource source, std::unique_ptr<Write> write) {
  if (const auto refusal = inbox_.put(source, write)) write->finish(refusal);
}

CommitListener Writer::listen(std::function<void(const Effects&)> listener) {
  const MutexLock lock(mutex_);
  listeners_.push_back(std::move(listener));
  const auto place = std::prev(listeners_.end());
  return CommitListener(this, [this, place](void*) {
    const MutexLock removing(mutex_);
    listeners_.erase(place);
  });
}

// Before those whose writes these were are told, so that what they ask next knows of them.
void Writer::announce(const Effects& effects) {
  if (!effects.any()) return;
  const MutexLock lock(mutex_);
  for (const auto& listener : listeners_) listener(effects);
}

void Writer::on_broken(std::function<void()> callback) {
  const MutexLock lock(mutex_);
  on_broken_ = std::move(callback);
}

void Writer::run() {
  checkpoint([this] { checkpointer_.start(); });
  for (;;) {
    const auto until_quiet = is_broken_ ? std::nullopt : checkpointer_.patience();
    std::optional<WriteBatch> batch = inbox_.take(until_quiet.value_or(kLookEvery));
    if (!batch || batch->empty()) look_at_files();
    if (!batch) {
      if (until_quiet) checkpoint([this] { checkpointer_.quiet(); });
    } else if (batch->empty()) {
      return;
    } else if (commit(*batch)) {
      // Only now that everybody in the batch has been told.
      checkpoint([this] { checkpointer_.committed(connection_->effects.data_erased); });
    }
  }
}

// False: nothing was.
bool Writer::commit(WriteBatch& batch) {
  if (is_broken_) {
    finish_all(batch, std::make_exception_ptr(
                          StorageUnavailable("nothing can be written until a restart")));
    return false;
  }
  if (const auto trouble = files_.trouble()) {
    give_up(batch, *trouble);
    return false;
  }
  if (std::exchange(is_log_kept_, false)) connection_->keep_log(false);
  std::optional<Trouble> trouble = try_to_commit(batch);
  // The log may be long and hold little: once it is copied, its room is there to be used again. But
  // what could not be synced is not tried again, whatever the reason: nobody knows what is there.
  if (trouble && !is_fate_unknown(trouble->extended_code) &&
      is_disk_full(trouble->extended_code, trouble->system_error) && make_room()) {
    trouble = try_to_commit(batch);
  }
  if (trouble) {
    give_up(batch, *trouble);
    return false;
  }
  refusals_.accepted();
  announce(connection_->effects);
  finish_all(batch, nullptr);
  addresses_.after_commit();
  return true;
}

// What kept the batch from being committed; it was rolled back then.
std::optional<Writer::Trouble> Writer::try_to_commit(WriteBatch& batch) {
  try {
    // Failures are rare, and looking out for them costs: a savepoint for each write. So that is
    // done only once one has failed, and the batch starts over.
    if (!apply(batch, Care::none)) apply(batch, Care::each);
    addresses_.before_commit();
    run(kCommit);
    return std::nullopt;
  } catch (const SQLite::Exception& error) {
    const Trouble trouble{error.getExtendedErrorCode(),
                          sqlite3_system_errno(connection_->database().getHandle())};
    rollback();
    return trouble;
  }
}

bool Writer::make_room() {
  bool has_room = false;
  checkpoint([&] { has_room = checkpointer_.make_room(); });
  return has_room && !is_broken_;
}

// False: some write failed, and everything was rolled back. With care, those that fail have been
// told and left out. Throws SQLite::Exception for trouble that is nobody's fault in the batch.
bool Writer::apply(WriteBatch& batch, Care care) {
  connection_->effects = {};
  run(kBegin);
  for (auto& write : batch) {
    if (!write) continue;  // failed already, when the batch was tried before
    Effects effects = connection_->effects;
    const std::size_t addresses = addresses_.mark();
    if (care == Care::each) run(kSavepoint);
    if (auto error = apply_one(*write)) {
      if (care == Care::none) {
        rollback();
        return false;
      }
      run(kRollbackToSavepoint);
      addresses_.undo_to(addresses);
      connection_->effects = std::move(effects);
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

void Writer::give_up(WriteBatch& batch, const Trouble& trouble) {
  const Complaint complaint = complaint_of(path_, trouble.extended_code, trouble.system_error);
  if (is_fate_unknown(trouble.extended_code)) is_broken_ = true;
  refuse(batch, complaint, " (code " + std::to_string(trouble.extended_code) + ")");
  if (is_broken_) announce_broken(kFateUnknown);
}

// What is acknowledged is all in the open database then, and nothing of it in a log that might be
// taken for that of another file. Once the file is back in its place, writes go on.
void Writer::give_up(WriteBatch& batch, const OpenFiles::Trouble& trouble) {
  const bool is_copied = secure_log();
  if (is_copied && trouble.is_log_only) is_broken_ = true;
  refuse(batch, trouble.complaint);
  if (is_copied && trouble.is_log_only) announce_broken("a new log takes a restart");
}

// True: what the log held is in the open database.
bool Writer::secure_log() {
  // Closing would remove what has the log's name, whosever it is.
  if (!std::exchange(is_log_kept_, true)) connection_->keep_log(true);
  return make_room();
}

// While nobody writes, and before the end: another file that has taken the place of the database
// must not meet our log, which the next program to open it would copy into it.
void Writer::look_at_files() {
  if (is_broken_ || is_log_kept_) return;
  const auto trouble = files_.trouble();
  if (!trouble) return;
  secure_log();
  logs::error("storage: {}; {}", trouble->complaint.what, trouble->complaint.right);
}

void Writer::refuse(WriteBatch& batch, const Complaint& complaint, const std::string& code) {
  const auto waiting =
      std::count_if(batch.begin(), batch.end(), [](const auto& write) { return write != nullptr; });
  refusals_.refused(static_cast<std::size_t>(waiting),
                    complaint.what + code + "; " + complaint.right);
  finish_all(batch, std::make_exception_ptr(StorageUnavailable(complaint.what)));
}

void Writer::announce_broken(const std::string& reason) {
  logs::error("storage: {}; nothing is written until a restart", reason);
  const MutexLock lock(mutex_);
  if (on_broken_) on_broken_();
}

template <typename Step>
void Writer::checkpoint(Step step) {
  step();
  if (is_broken_ || !checkpointer_.is_fate_unknown()) return;
  is_broken_ = true;
  announce_broken(kFateUnknown);
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
