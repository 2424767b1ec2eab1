// When and how the write-ahead log is copied into the database. Private to storage.
#pragma once

#include <chrono>
#include <optional>

#include "promotions/base/clock.h"
#include "storage/database_connection.h"
#include "storage/reserved_space.h"

namespace promotions {

// Used by the writer's thread only.
//
// The log holds former versions of pages, and with them what was erased meanwhile; copying the log
// does not remove them. So the log is truncated after an erasure: when nothing is written for a
// moment, with the next copying, or after `max_erased_in_log` at the latest. If a reader still
// needs the log, nobody waits for it: truncating is tried again a second later.
//
// A log that was copied is used again from its beginning, so copying is also what makes room on a
// full disk.
class Checkpointer {
 public:
  // Both are borrowed. `connection` is the one that writes, `space` what is reserved for the pages
  // that are copied.
  Checkpointer(DatabaseConnection& connection, ReservedSpace& space, Millis max_erased_in_log);

  // Call it before anything is written: a former process may have died with an erasure in the log.
  void start();
  // How long to wait for the next write before quiet() is called; nullopt: for ever.
  std::optional<Millis> patience() const;
  void quiet();
  // Call it after each commit. `has_erased`: the commit has erased data.
  void committed(bool has_erased);
  // For a full disk: copies the log and gives its room back. Returns false if that failed.
  bool make_room();

  // True once the database's file could not be synced: what is in it is unknown then.
  bool is_fate_unknown() const { return is_fate_unknown_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void run();
  int copy(int mode, Millis wait_for_readers);
  void truncated(int status, SteadyTime now);

  DatabaseConnection& connection_;
  ReservedSpace& space_;
  const Millis max_erased_in_log_;
  int log_pages_ = 0;                      // in the log after the last commit
  SteadyTime copied_at_;                   // when copying was last tried
  std::optional<SteadyTime> truncate_at_;  // the latest time, if the log may hold erased data
  int times_busy_ = 0;                     // how often in a row a reader put truncating off
  bool is_fate_unknown_ = false;
};

// True for a failed fsync, after which nobody knows what is on the disk: after a crash the pages
// may be there, or not.
bool is_fate_unknown(int extended_code);

}  // namespace promotions
