// Decides which process may write to a database, by advisory locks on a file beside it and on the
// database itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace promotions {

// What the holder of a lock says about itself.
struct LockHolder {
  enum class Kind { unknown, server, command };
  Kind kind = Kind::unknown;
  std::int64_t process = 0;  // 0: not known
  std::string host;          // the machine or container in which the process runs
  std::string address;       // where it listens, if it is a server that does so already
  std::string since;         // RFC 3339
  std::string database;      // the path by which it uses the file; empty: the path asked about
};

// This process, as a holder from now on.
LockHolder this_process(LockHolder::Kind kind);

// "process 812 on web1, serving http://127.0.0.1:8080 since 2026-01-01T00:00:00Z"; or "another
// process" if it is not known.
std::string to_text(const LockHolder& holder);

// A lock that is held. The destructor releases it, and so does the kernel when the process ends,
// however it ends. The destructor also removes the lock file beside the database if this object
// made it, so a command leaves nothing behind. Not thread-safe.
//
// The lock file is the same whichever symbolic link or mount leads to its folder. But a database
// that has several names (hard links), or is mounted by itself, is recognised as one file only by
// its inode. So a byte of the database is locked as well, far behind those that SQLite locks.
//
// Must outlive every connection of this process to the database: closing any descriptor of a file
// drops all POSIX locks that the process has on it, and SQLite's locks are such.
class DatabaseLock {
 public:
  // Never waits. Returns nullopt if another process has the lock; holder() says which one. The
  // database itself need not exist. Throws UserError if the lock file cannot be opened.
  static std::optional<DatabaseLock> try_acquire(
      const std::string& database_path,
      const LockHolder& holder = this_process(LockHolder::Kind::command));

  // What the holder wrote about itself, or else what the kernel knows of it. After a holder was
  // killed, what it wrote is still there.
  static LockHolder holder(const std::string& database_path);

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

  // Replaces what this holder says about itself.
  void describe(const LockHolder& holder);

 private:
  DatabaseLock(int fd, int database, std::string made)
      : fd_(fd), database_(database), made_(std::move(made)) {}
  void write(const std::string& text);

  int fd_ = -1;        // of the lock file
  int database_ = -1;  // whose byte is locked; -1: there was none to lock
  std::string made_;   // the path of the lock file if this object made it, else empty
};

}  // namespace promotions
