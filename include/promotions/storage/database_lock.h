// Which process may write to a database: held as an advisory lock on a file beside it.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace promotions {

enum class LockRole { unknown, server, command };

// Who has a lock, by its own account. `unknown` and empty: nobody, or it has not said yet.
struct LockHolder {
  LockRole role = LockRole::unknown;
  std::string name;  // for people: "process 812, serving http://127.0.0.1:8080"
};

// Released when it goes, and by the kernel when the process ends, however it ends.
class DatabaseLock {
 public:
  // nullopt if another process has it; holder() says who.
  static std::optional<DatabaseLock> try_acquire(const std::string& database_path);

  // After a holder that was killed: that one still.
  static LockHolder holder(const std::string& database_path);

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

  void describe(const LockHolder& holder);

 private:
  explicit DatabaseLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace promotions
