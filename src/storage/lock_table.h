// What the kernel knows about the locks on a file. Private to storage.
#pragma once

#include <cstdint>
#include <string>

namespace promotions {

struct LockedFile {
  std::int64_t process = 0;  // 0: not known
  std::string path;          // the name by which that process has it open; empty: not known
};

// Finds another process that has POSIX locks on the file at `path`, as SQLite has on an open
// database. Only for messages, because it may find nothing: the process may be in another
// container, or there is no /proc.
LockedFile find_locked_file(const std::string& path);

}  // namespace promotions
