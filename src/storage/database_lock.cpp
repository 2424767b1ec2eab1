#include "promotions/storage/database_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

namespace promotions {
namespace {

// The first line of the file; the name is the second.
std::string_view to_text(LockRole role) {
  switch (role) {
    case LockRole::unknown:
      break;
    case LockRole::server:
      return "server";
    case LockRole::command:
      return "command";
  }
  return "";
}

LockRole parse_role(std::string_view text) {
  for (const LockRole role : {LockRole::server, LockRole::command}) {
    if (to_text(role) == text) return role;
  }
  return LockRole::unknown;
}

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
  lock.describe({});
  return lock;
}

LockHolder DatabaseLock::holder(const std::string& database_path) {
  const int fd = ::open(lock_path(database_path).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return {};
  std::array<char, 256> text{};
  const ssize_t size = ::read(fd, text.data(), text.size());
  ::close(fd);
  if (size <= 0) return {};
  const std::string_view all(text.data(), static_cast<std::size_t>(size));
  const std::size_t end = std::min(all.find('\n'), all.size());
  return {parse_role(all.substr(0, end)), std::string(trim_ascii(all.substr(end)))};
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DatabaseLock& DatabaseLock::operator=(DatabaseLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

DatabaseLock::~DatabaseLock() {
  if (fd_ < 0) return;
  describe({});  // nobody holds it any more
  ::close(fd_);  // drops the lock; the file stays, so that nobody locks a removed one
}

void DatabaseLock::describe(const LockHolder& holder) {
  // Only for people: a failure to write it costs a message, not the lock.
  if (::ftruncate(fd_, 0) != 0) return;
  if (holder.name.empty()) return;
  const std::string text = std::string(to_text(holder.role)) + "\n" + holder.name + "\n";
  [[maybe_unused]] const ssize_t written = ::pwrite(fd_, text.data(), text.size(), 0);
}

}  // namespace promotions
