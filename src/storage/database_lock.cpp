#include "promotions/storage/database_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

std::string lock_path(const std::string& database_path) {
  return database_path + ".lock";
}

}  // namespace

std::optional<DatabaseLock> DatabaseLock::try_acquire(const std::string& database_path) {
  // A file of its own: closing any descriptor of the database would drop SQLite's POSIX locks.
  const std::string path = lock_path(database_path);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    throw UserError(database_path + ": its lock file " + path +
                    " cannot be opened: " + std::strerror(errno) +
                    "; storage.path must name a file in a folder that exists and can be written");
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return std::nullopt;
  }
  DatabaseLock lock(fd);
  lock.describe("");
  return lock;
}

std::string DatabaseLock::holder(const std::string& database_path) {
  const int fd = ::open(lock_path(database_path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return {};
  std::array<char, 256> text{};
  const ssize_t size = ::read(fd, text.data(), text.size());
  ::close(fd);
  if (size <= 0) return {};
  return std::string(trim_ascii({text.data(), static_cast<std::size_t>(size)}));
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DatabaseLock& DatabaseLock::operator=(DatabaseLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

DatabaseLock::~DatabaseLock() {
  if (fd_ < 0) return;
  describe("");  // nobody holds it any more
  ::close(fd_);  // drops the lock; the file stays, so that nobody locks a removed one
}

void DatabaseLock::describe(const std::string& holder) {
  // Only for people: a failure to write it costs a message, not the lock.
  if (::ftruncate(fd_, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(fd_, holder.data(), holder.size(), 0);
}

}  // namespace promotions
