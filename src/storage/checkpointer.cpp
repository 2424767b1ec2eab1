#include "storage/checkpointer.h"

#include <sqlite3.h>

#include "promotions/base/log.h"

namespace promotions {
namespace {

// A checkpoint copies the log's pages into the database and syncs it; meanwhile nothing commits.
// A long log is cheaper to copy, since a page that was written many times is copied only once. So
// the log is copied when it has kCheckpointPages; or, however short it is, after kQuiet without a
// write, or after kLongest if writes come too slowly to fill it and too often for a quiet moment.
constexpr int kCheckpointPages = 16'000;  // 64 MiB
constexpr Millis kQuiet = std::chrono::seconds(1);
constexpr Millis kLongest = std::chrono::seconds(10);
constexpr Millis kWaitForReaders{250};  // when the disk is full, and nothing works without room
constexpr Millis kTruncateAgain = std::chrono::seconds(1);
constexpr int kBusyTooLong = 60;  // tries of kTruncateAgain before the log mentions it

}  // namespace

bool is_fate_unknown(int extended_code) {
  return extended_code == SQLITE_IOERR_FSYNC || extended_code == SQLITE_IOERR_DIR_FSYNC;
}

Checkpointer::Checkpointer(DatabaseConnection& connection, ReservedSpace& space,
                           Millis max_erased_in_log)
    : connection_(connection),
      space_(space),
      max_erased_in_log_(max_erased_in_log),
      copied_at_(SteadyTime::clock::now()) {
  // SQLite calls the hook after each commit, with the number of pages in the log.
  sqlite3_wal_hook(
      connection_.database().getHandle(),
      [](void* pages, sqlite3* /*database*/, const char* /*schema*/, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      &log_pages_);
}

void Checkpointer::start() {
  truncate_at_ = SteadyTime::clock::now();
  run();
}

std::optional<Millis> Checkpointer::patience() const {
  return log_pages_ == 0 && !truncate_at_ ? std::nullopt : std::optional(kQuiet);
}

void Checkpointer::quiet() {
  run();
}

void Checkpointer::committed(bool has_erased) {
  const SteadyTime now = SteadyTime::clock::now();
  if (has_erased && !truncate_at_) truncate_at_ = now + max_erased_in_log_;
  if (is_fate_unknown_) return;
  if (!space_.cover(connection_.size())) {
    // The disk is nearly full. Copy now, while what is in the log still fits into the database.
    if (copy(SQLITE_CHECKPOINT_TRUNCATE, Millis{0}) == SQLITE_OK) truncated(SQLITE_OK, now);
  } else if (log_pages_ >= kCheckpointPages || now >= copied_at_ + kLongest ||
             (truncate_at_ && now >= *truncate_at_)) {
    run();
  }
}

bool Checkpointer::make_room() {
  if (is_fate_unknown_) return false;
  const int status = copy(SQLITE_CHECKPOINT_TRUNCATE, kWaitForReaders);
  if (status == SQLITE_OK) truncated(status, SteadyTime::clock::now());
  return status == SQLITE_OK;
}

// PASSIVE copies what no reader needs any more, and leaves what is left to a later checkpoint.
// TRUNCATE also cuts the log to nothing, and fails with SQLITE_BUSY if a reader needs it.
void Checkpointer::run() {
  if (is_fate_unknown_) return;
  const int mode = truncate_at_ ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int status = copy(mode, Millis{0});  // nobody waits for a reader
  if (truncate_at_) truncated(status, SteadyTime::clock::now());
}

int Checkpointer::copy(int mode, Millis wait_for_readers) {
  sqlite3* const database = connection_.database().getHandle();
  // Until the hook tells after the next commit, so a checkpoint that fails is not repeated at once.
  log_pages_ = 0;
  copied_at_ = SteadyTime::clock::now();
  sqlite3_busy_timeout(database, static_cast<int>(wait_for_readers.count()));
  const int status = sqlite3_wal_checkpoint_v2(database, nullptr, mode, nullptr, nullptr);
  const int extended_code = sqlite3_extended_errcode(database);
  sqlite3_busy_timeout(database, static_cast<int>(DatabaseConnection::kBusyTimeout.count()));
  space_.forget();  // SQLite cuts the file to its length, and so frees what was reserved behind it
  if (status == SQLITE_OK || status == SQLITE_BUSY) return status;
  // On a full disk each write fails, too, and Refusals writes to the log about that.
  if (status != SQLITE_FULL) logs::warn("storage: checkpoint: {}", sqlite3_errstr(status));
  is_fate_unknown_ = promotions::is_fate_unknown(extended_code);
  return status;
}

void Checkpointer::truncated(int status, SteadyTime now) {
  if (status == SQLITE_OK) {
    truncate_at_.reset();
    times_busy_ = 0;
    return;
  }
  truncate_at_ = now + kTruncateAgain;
  if (++times_busy_ == kBusyTooLong) {
    logs::warn("storage: what was erased is still in the log, which some reader holds open");
  }
}

}  // namespace promotions
