// Which process may write to a database: held as an advisory lock on a file beside it.
#pragma once

#include <memory>
#include <optional>
#include <string>

namespace promotions {

// Released when it goes, and by the kernel when the process ends, however it ends.
class DatabaseLock {
 public:
  // nullopt if another process has it; holder() says who.
  static std::optional<DatabaseLock> try_acquire(const std::string& database_path);

  // What the holder wrote of itself ("pid 812, serve"); empty if nobody does or it has not said
  // yet. After a holder that was killed, what that one wrote.
  static std::string holder(const std::string& database_path);

  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&& other) noexcept;
  ~DatabaseLock();

  void describe(const std::string& holder);

 private:
  explicit DatabaseLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace promotions
