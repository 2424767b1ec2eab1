// What the kernel knows of locks on a file. Private to storage.
#pragma once

#include <cstdint>
#include <string>

namespace promotions {

struct LockedFile {
  std::int64_t process = 0;  // 0: not known
  std::string path;          // by which name that process has it open; empty: not known
};

// Which other process has POSIX locks on the file at `path`, as SQLite has on an open database.
// Only for messages: it may see nothing (another container's process, no /proc).
LockedFile find_locked_file(const std::string& path);

}  // namespace promotions
