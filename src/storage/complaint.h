// What an error of SQLite means to the person who has to mend it. Private to storage.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace promotions {

struct Complaint {
  std::string what;   // without a path: "the disk is full"
  std::string right;  // what to do about it; never something that would lose data
};

// True if there is no room: SQLite says so, or an I/O error was caused by ENOSPC or a quota.
bool is_disk_full(int extended_code, int system_error);

// `path` is that of the database. `system_error` is the errno that SQLite met, 0 if it met none.
Complaint complaint_of(const std::string& path, int extended_code, int system_error);
Complaint complaint_of(const std::string& path, const SQLite::Exception& error);

// What to do if the content of the file is damaged. A copy first, because restoring a backup
// replaces what might still be saved.
extern const char kKeepCopyAndRestore[];

}  // namespace promotions
