#include "promotions/storage/database_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "promotions/base/clock.h"
#include "promotions/base/errors.h"
#include "promotions/base/file_owner.h"
#include "promotions/base/json.h"
#include "promotions/base/time_text.h"
#include "promotions/storage/database_file.h"
#include "storage/lock_table.h"

namespace promotions {
namespace {

// The byte of the database that is locked. SQLite locks bytes at 1 GiB; this one is never read or
// written.
constexpr off_t kLockedByte = off_t{1} << 62;

std::string lock_path(const std::string& database_path) {
  return real_database_path(database_path) + ".lock";
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

LockHolder::Kind parse_kind(const std::string& text) {
  if (text == "server") return LockHolder::Kind::server;
  return text == "command" ? LockHolder::Kind::command : LockHolder::Kind::unknown;
}

const char* kind_text(LockHolder::Kind kind) {
  switch (kind) {
    case LockHolder::Kind::server:
      return "server";
    case LockHolder::Kind::command:
      return "command";
    case LockHolder::Kind::unknown:
      break;
  }
  return "unknown";
}

std::string to_line(const LockHolder& holder) {
  return OrderedJson{{"kind", kind_text(holder.kind)},
                     {"process", holder.process},
                     {"host", holder.host},
                     {"address", holder.address},
                     {"since", holder.since}}
             .dump(-1, ' ', false, OrderedJson::error_handler_t::replace) +
         "\n";
}

// Takes from the file what it understands, since another version of this program may have written
// it.
LockHolder read_holder(const std::string& path) {
  LockHolder holder;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return holder;
  std::array<char, 1024> text{};
  const ssize_t size = ::read(fd, text.data(), text.size());
  ::close(fd);
  if (size <= 0) return holder;
  const auto json = Json::parse(text.data(), text.data() + size, nullptr, false);
  if (!json.is_object()) return holder;
  const auto field = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  holder.kind = parse_kind(field("kind"));
  const auto process = json.find("process");
  if (process != json.end() && process->is_number_integer()) {
    holder.process = process->get<std::int64_t>();
  }
  holder.host = field("host");
  holder.address = field("address");
  holder.since = field("since");
  return holder;
}

struct LockFile {
  int fd = -1;  // -1: errno says why
  bool is_made = false;
};

// Opens the lock file, or makes it. O_EXCL tells which of the two it was.
LockFile open_lock_file(const std::string& path) {
  for (;;) {
    int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd >= 0) {
      give_to_folder_owner(path);
      return {fd, true};
    }
    if (errno != EEXIST) return {};
    fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 || errno != ENOENT) return {fd, false};
  }  // otherwise its holder has removed it between the two calls
}

// False if the file was removed or replaced. A lock on such a file keeps nobody out, since others
// open the one that has the name now.
bool is_still_named(int fd, const std::string& path) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(fd, &opened) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

// Locks a byte of the database and returns the descriptor that holds the lock. nullopt if another
// process has it. -1 if there is no database, or it cannot be opened; opening it with SQLite will
// say why, in better words.
std::optional<int> lock_database(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return -1;
  struct flock range {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = kLockedByte;
  range.l_len = 1;
  // An open file description lock. It belongs to this descriptor and not to the process, so closing
  // another descriptor of the file does not drop it.
  if (::fcntl(fd, F_OFD_SETLK, &range) == 0) return fd;
  const int error = errno;
  ::close(fd);
  if (error == EAGAIN || error == EACCES) return std::nullopt;
  return -1;  // the file system has no such locks, so the lock file alone must do
}

}  // namespace

LockHolder this_process(LockHolder::Kind kind) {
  LockHolder holder;
  holder.kind = kind;
  holder.process = ::getpid();
  holder.host = host_name();
  holder.since = to_rfc3339(std::chrono::floor<std::chrono::seconds>(SystemClock().now()));
  return holder;
}

std::string to_text(const LockHolder& holder) {
  std::string text = holder.process == 0 ? std::string("another process")
                                         : "process " + std::to_string(holder.process);
  if (!holder.host.empty()) text += " on " + holder.host;
  switch (holder.kind) {
    case LockHolder::Kind::server:
      text += holder.address.empty() ? ", a server that starts" : ", serving " + holder.address;
      break;
    case LockHolder::Kind::command:
      text += ", a command";
      break;
    case LockHolder::Kind::unknown:
      break;
  }
  if (!holder.since.empty()) text += " since " + holder.since;
  if (!holder.database.empty()) text += ", under the name " + holder.database;
  return text;
}

std::optional<DatabaseLock> DatabaseLock::try_acquire(const std::string& database_path,
                                                      const LockHolder& holder) {
  const std::string path = lock_path(database_path);
  LockFile file = open_lock_file(path);
  while (file.fd >= 0) {
    if (::flock(file.fd, LOCK_EX | LOCK_NB) != 0) {
      ::close(file.fd);
      return std::nullopt;
    }
    // The last holder may have removed the file after we opened it and before we locked it.
    if (is_still_named(file.fd, path)) break;
    ::close(file.fd);
    file = open_lock_file(path);
  }
  if (file.fd < 0) {
    const int error = errno;
    const auto troubles = file_troubles(database_path);
    if (!troubles.empty()) throw UserError(troubles.front());
    throw UserError(database_path + ": its lock file " + path +
                    " cannot be opened: " + std::strerror(error) +
                    "; storage.path must name a file in a folder that exists and can be written");
  }
  // From here on the object releases what is locked, whatever happens.
  DatabaseLock lock(file.fd, -1, file.is_made ? path : std::string());
  const auto database = lock_database(real_database_path(database_path));
  if (!database) return std::nullopt;
  lock.database_ = *database;
  lock.describe(holder);
  return lock;
}

LockHolder DatabaseLock::holder(const std::string& database_path) {
  LockHolder written = read_holder(lock_path(database_path));
  if (written.process != 0) return written;
  // Nobody holds the lock file beside this name, or it could not be written. The process that has
  // the database open may use another name, beside which it holds its own lock file.
  const std::string real = real_database_path(database_path);
  const LockedFile found = find_locked_file(real);
  const bool is_other_name = !found.path.empty() && found.path != real;
  if (is_other_name) written = read_holder(lock_path(found.path));
  written.process = found.process;
  if (is_other_name) written.database = found.path;
  return written;
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      database_(std::exchange(other.database_, -1)),
      made_(std::exchange(other.made_, {})) {}

DatabaseLock& DatabaseLock::operator=(DatabaseLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(database_, other.database_);
  std::swap(made_, other.made_);
  return *this;
}

DatabaseLock::~DatabaseLock() {
  if (database_ >= 0) ::close(database_);
  if (fd_ < 0) return;
  write("");  // nobody holds it any more
  // Remove the file while it is still locked, so that nobody else can hold it. A process that has
  // opened it meanwhile finds that it has lost its name, and opens or makes another one.
  if (!made_.empty() && is_still_named(fd_, made_)) ::unlink(made_.c_str());
  ::close(fd_);
}

void DatabaseLock::describe(const LockHolder& holder) {
  write(to_line(holder));
}

void DatabaseLock::write(const std::string& text) {
  // The text is only for people, so if it cannot be written a message is lost, not the lock.
  if (::ftruncate(fd_, 0) != 0) return;
  [[maybe_unused]] const ssize_t written = ::pwrite(fd_, text.data(), text.size(), 0);
}

}  // namespace promotions
