// Which process may write to a database: held as advisory locks on a file beside it and on the
// database itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace promotions {

// What a holder tells of itself.
struct LockHolder {
  enum class Kind { unknown, server, command };
  Kind kind = Kind::unknown;
  std::int64_t process = 0;
  std::string host;      // the machine or container whose process that is
  std::string address;   // of a server that listens
  std::string since;     // RFC 3339
  std::string database;  // by which path it uses the file; empty: the one that was asked about
};

// This process, from now on.
LockHolder this_process(LockHolder::Kind kind);

// "process 812 on web1, serving http://127.0.0.1:8080 since 2026-01-01T00:00:00Z". Of an unknown
// one: "another process".
std::string to_text(const LockHolder& holder);

// Released when it goes, and by the kernel when the process ends, however it ends. The file beside
// the database goes with it if this object made it, so a command leaves nothing behind.
//
// The file beside the database is the same whatever symbolic link or mount leads to its folder. A
// database that has several names, or is mounted by itself, is one file by its inode only, so a
// byte of it is locked as well, far behind those that SQLite locks.
//
// Must outlive every connection of this process to the database: closing any descriptor of a file
// drops all POSIX locks that the process has on it, and those are what SQLite has.
class DatabaseLock {
 public:
  // nullopt if another process has it; holder() says who. The database itself need not be there.
  // Throws UserError.
  static std::optional<DatabaseLock> try_acquire(
      const std::string& database_path,
      const LockHolder& holder = this_process(LockHolder::Kind::command));

  // What the holder wrote of itself, or what the system knows of it. After a holder that was
  // killed, what that one wrote.
  static LockHolder holder(const std::string& database_path);

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

  void describe(const LockHolder& holder);

 private:
  DatabaseLock(int fd, int database, std::string made)
      : fd_(fd), database_(database), made_(std::move(made)) {}
  void write(const std::string& text);

  int fd_ = -1;
  int database_ = -1;  // -1: there was none
  std::string made_;   // the file's name; empty: it was there
};

}  // namespace promotions
