#include "storage/writer.h"

#include <sqlite3.h>

#include <algorithm>

#include "promotions/base/log.h"

namespace promotions {
namespace {

// Trouble of the disk or the file, as opposed to a fault in one operation.
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
bool is_fate_unknown(const SQLite::Exception& error) {
  const int code = error.getExtendedErrorCode();
  return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC;
}

}  // namespace

void PendingWrite::wait() {
  done_.acquire();
  if (error_) std::rethrow_exception(error_);
}

Writer::Writer(std::unique_ptr<SqliteConnection> connection, std::size_t max_waiting,
               std::size_t max_batch)
    : max_waiting_(max_waiting),
      max_batch_(max_batch),
      connection_(std::move(connection)),
      stores_(*connection_),
      thread_([this] { run(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Writer::submit(PendingWrite& pending) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) throw StorageUnavailable("the server is stopping");
    if (waiting_.size() >= max_waiting_) throw Overloaded("too many writes wait");
    waiting_.push_back(&pending);
    if (waiting_.size() > 1) return;  // the writer was woken by the first one, or is at work
  }
  wake_.notify_one();
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
  for (Batch batch = take_batch(); !batch.empty(); batch = take_batch()) commit(batch);
}

Writer::Batch Writer::take_batch() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  const auto size = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), max_batch_));
  Batch batch(waiting_.begin(), waiting_.begin() + size);
  waiting_.erase(waiting_.begin(), waiting_.begin() + size);
  return batch;
}

void Writer::commit(Batch& batch) {
  if (broken_) {
    answer(batch, std::make_exception_ptr(StorageUnavailable("a commit failed before; restart")));
    return;
  }
  try {
    // One bad operation must not sink its neighbours: it leaves the batch and the rest starts over.
    do {
      connection_->jobs_added = false;
      connection_->execute("BEGIN IMMEDIATE");
    } while (!apply(batch));
    connection_->execute("COMMIT");
  } catch (const SQLite::Exception& error) {
    rollback();
    broken_ = is_fate_unknown(error);
    logs::error("storage: {} (code {}), {} writes refused{}", error.what(),
                error.getExtendedErrorCode(), batch.size(),
                broken_ ? "; what was written is unknown, no more is written until a restart" : "");
    answer(batch, std::make_exception_ptr(StorageUnavailable(error.what())));
    if (broken_) {
      const std::lock_guard lock(mutex_);
      if (on_broken_) on_broken_();
    }
    return;
  }
  answer(batch, nullptr);
  if (connection_->jobs_added) {
    const std::lock_guard lock(mutex_);
    if (on_jobs_committed_) on_jobs_committed_();
  }
}

// True: all applied. False: rolled back, and the one that failed has been answered and left out.
// Throws SQLite::Exception for trouble that is nobody's fault in the batch.
bool Writer::apply(Batch& batch) {
  for (auto it = batch.begin(); it != batch.end(); ++it) {
    try {
      (*it)->operation_(stores_);
    } catch (const SQLite::Exception& error) {
      if (is_storage_trouble(error)) throw;
      (*it)->error_ = std::current_exception();
    } catch (...) {
      (*it)->error_ = std::current_exception();
    }
    if ((*it)->error_) {
      rollback();
      (*it)->done_.release();
      batch.erase(it);
      return false;
    }
  }
  return true;
}

void Writer::answer(Batch& batch, const std::exception_ptr& error) {
  for (PendingWrite* pending : batch) {
    pending->error_ = error;
    pending->done_.release();  // from here on *pending may be gone
  }
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
}

}  // namespace promotions
