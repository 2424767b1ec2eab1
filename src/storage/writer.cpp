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

// How often to look whether the files are in place, while nobody writes.
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

// Those that have failed by themselves are finished already, and null.
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
  // Nobody uses the pointer; what counts is the deleter. announce() holds mutex_ while it calls
  // listeners, so after the removal the listener is not running any more.
  return CommitListener(this, [this, place](void*) {
    const MutexLock removing(mutex_);
    listeners_.erase(place);
  });
}

// Called before the writes of the batch are finished, so what their callers ask next is answered as
// of this commit.
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
    // commit() looks at the files itself; here they are looked at when nothing came, and once more
    // before the connection is closed.
    if (!batch || batch->empty()) look_at_files();
    if (!batch) {
      if (until_quiet) checkpoint([this] { checkpointer_.quiet(); });
    } else if (batch->empty()) {  // the inbox is closed
      return;
    } else if (commit(*batch)) {
      // Only now that all writes of the batch are finished, since this may take long.
      checkpoint([this] { checkpointer_.committed(connection_->effects.data_erased); });
    }
  }
}

// Commits the batch and finishes its writes. Returns false if nothing was committed.
bool Writer::commit(WriteBatch& batch) {
  if (is_broken_) {
    finish_all(batch, std::make_exception_ptr(
                          StorageUnavailable("nothing can be written until a restart")));
    return false;
  }
  // Nothing may be acknowledged into a file that has lost its name.
  if (const auto trouble = files_.trouble()) {
    give_up(batch, *trouble);
    return false;
  }
  // The files are back in place, so closing may remove the log as usual.
  if (std::exchange(is_log_kept_, false)) connection_->keep_log(false);
  std::optional<Trouble> trouble = try_to_commit(batch);
  // On a full disk, copy the log and try once more: a copied log is used again from its beginning.
  // But after a failed fsync nothing is tried again, whatever its reason, since nobody knows what
  // is on the disk.
  if (trouble && !is_fate_unknown(trouble->extended_code) &&
      is_disk_full(trouble->extended_code, trouble->system_error) && make_room()) {
    trouble = try_to_commit(batch);
  }
  if (trouble) {
    give_up(batch, *trouble);
    return false;
  }
  // From here on the batch is on the disk. First the listeners, then the callers; what may take
  // long comes last.
  refusals_.accepted();
  announce(connection_->effects);
  finish_all(batch, nullptr);
  addresses_.after_commit();
  return true;
}

// Returns what kept the batch from being committed; it is rolled back then. nullopt: it is
// committed.
std::optional<Writer::Trouble> Writer::try_to_commit(WriteBatch& batch) {
  try {
    // Undoing one write alone needs a savepoint around each write, which costs, and failures are
    // rare. So there are savepoints only after a write has failed; then the batch starts over.
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

// Applies all writes in an open transaction. Without care, rolls everything back and returns false
// if a write fails. With care, a write that fails is finished with its error and left out. Throws
// SQLite::Exception for trouble of the disk or the file, which is no write's fault.
bool Writer::apply(WriteBatch& batch, Care care) {
  connection_->effects = {};
  run(kBegin);
  for (auto& write : batch) {
    if (!write) continue;  // it failed when the batch was tried before, and is finished
    // Effects and the address index are in memory, so a savepoint does not undo them.
    Effects effects = connection_->effects;
    const std::size_t addresses = addresses_.mark();
    if (care == Care::each) run(kSavepoint);
    if (auto error = apply_one(*write)) {
      if (care == Care::none) {
        rollback();
        return false;
      }
      run(kRollbackToSavepoint);  // leaves the savepoint open; it is released below
      addresses_.undo_to(addresses);
      connection_->effects = std::move(effects);
      std::exchange(write, nullptr)->finish(std::move(error));
    }
    if (care == Care::each) run(kReleaseSavepoint);
  }
  return true;
}

// Returns what the write threw, but throws trouble of the disk or the file, which ends the batch.
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
  // The callers get their answers before the process is told to end.
  refuse(batch, complaint, " (code " + std::to_string(trouble.extended_code) + ")");
  if (is_broken_) announce_broken(kFateUnknown);
}

// The files are not in place. The log is copied, so all that was acknowledged is in the open
// database, and nothing of it in a log that might be taken for another file's. If the database
// comes back to its place, writes go on. If only the log was removed, SQLite would go on writing
// into the removed file, so a restart must make a new one.
void Writer::give_up(WriteBatch& batch, const OpenFiles::Trouble& trouble) {
  const bool is_copied = secure_log();
  if (is_copied && trouble.is_log_only) is_broken_ = true;
  refuse(batch, trouble.complaint);
  if (is_copied && trouble.is_log_only) announce_broken("a new log takes a restart");
}

// Copies the log into the open database. Returns false if that failed.
bool Writer::secure_log() {
  // Closing would remove the file that has the log's name, which may not be ours.
  if (!std::exchange(is_log_kept_, true)) connection_->keep_log(true);
  return make_room();
}

// Called while nobody writes, and before the end. If another file has taken the place of the
// database, the next program that opens it must not find our log, which it would copy into it.
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

// Runs a step of the checkpointer, which syncs the database; that may fail as a commit's sync may.
template <typename Step>
void Writer::checkpoint(Step step) {
  step();
  if (is_broken_ || !checkpointer_.is_fate_unknown()) return;
  is_broken_ = true;
  announce_broken(kFateUnknown);
}

void Writer::rollback() noexcept {
  try {
    // After some errors SQLite has rolled back by itself, and there is no transaction any more.
    if (sqlite3_get_autocommit(connection_->database().getHandle()) == 0) {
      connection_->execute("ROLLBACK");
    }
  } catch (const std::exception& error) {
    logs::error("storage: rollback: {}", error.what());
  }
  addresses_.after_rollback();
}

}  // namespace promotions
