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
// The log holds pages as they were, and so what was erased meanwhile; copying it does not remove
// them. After an erasure the log is therefore truncated: when nothing is written for a moment, with
// the next copying, or `max_erased_in_log` later at the latest. A reader that still needs the log
// puts it off, a second at a time, and is not waited for.
//
// A log that is copied is used again from its beginning, so copying is also what gives room on a
// full disk.
class Checkpointer {
 public:
  // `connection` is the one that writes.
  // `space`: what the copying finds reserved; borrowed.
  Checkpointer(DatabaseConnection& connection, ReservedSpace& space, Millis max_erased_in_log);

  // Before anything is written: a former process may have died with an erasure in the log.
  void start();
  // For how long the next write is waited for before quiet() is called; nullopt: for ever.
  std::optional<Millis> patience() const;
  void quiet();
  void committed(bool has_erased);
  // The disk is full: copies the log and gives its room back. False: it did not help.
  bool make_room();

  // The database's file could not be synced: what is in it is unknown.
  bool is_fate_unknown() const { return is_fate_unknown_; }

 private:
  using SteadyTime = std::chrono::steady_clock::time_point;

  void run();
  int copy(int mode, Millis wait_for_readers);
  void truncated(int status, SteadyTime now);

  DatabaseConnection& connection_;
  ReservedSpace& space_;
  const Millis max_erased_in_log_;
  int log_pages_ = 0;                      // after the last commit
  SteadyTime copied_at_;                   // or tried to
  std::optional<SteadyTime> truncate_at_;  // the log may hold what was erased: at the latest
  int times_busy_ = 0;                     // in a row
  bool is_fate_unknown_ = false;
};

// After a failed fsync nobody knows what is on the disk: the pages may be there after a crash, or
// not.
bool is_fate_unknown(int extended_code);

}  // namespace promotions
