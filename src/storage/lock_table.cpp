#include "storage/lock_table.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace promotions {
namespace {

namespace fs = std::filesystem;

// Reads /proc/locks, whose lines look as follows (proc(5)):
//   3: POSIX  ADVISORY  READ 812 fe:00:12345 1073741826 1073742335
// fcntl(F_GETLK) would need the file open, and closing it would drop our own locks. 0: none found.
std::int64_t holder_of(const struct stat& file) {
  std::ifstream table("/proc/locks");
  for (std::string line; std::getline(table, line);) {
    std::array<char, 16> kind{};
    long process = 0;
    unsigned major_number = 0;
    unsigned minor_number = 0;
    unsigned long inode = 0;
    if (std::sscanf(line.c_str(), "%*s %15s %*s %*s %ld %x:%x:%lu", kind.data(), &process,
                    &major_number, &minor_number, &inode) != 5) {
      continue;
    }
    if (std::string(kind.data()) == "POSIX" && process > 0 && process != ::getpid() &&
        inode == file.st_ino && major_number == major(file.st_dev) &&
        minor_number == minor(file.st_dev)) {
      return process;
    }
  }
  return 0;
}

// The name by which `process` has the file open; empty if it cannot be seen.
std::string name_in(std::int64_t process, const struct stat& file) {
  const fs::path folder = "/proc/" + std::to_string(process) + "/fd";
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat status {};
    if (::stat(entry->path().c_str(), &status) != 0 || status.st_ino != file.st_ino ||
        status.st_dev != file.st_dev) {
      continue;
    }
    std::error_code none;
    const fs::path name = fs::read_symlink(entry->path(), none);
    if (!none) return name.string();
  }
  return {};
}

}  // namespace

LockedFile find_locked_file(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return {};
  LockedFile found;
  found.process = holder_of(file);
  if (found.process != 0) found.path = name_in(found.process, file);
  return found;
}

}  // namespace promotions
