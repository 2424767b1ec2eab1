// What an error of SQLite means for whoever has to mend it. Private to storage.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace promotions {

struct Complaint {
  std::string what;   // without a path: "the disk is full"
  std::string right;  // never what would lose data
};

// No room: SQLite's own word for it, or an I/O error behind which there is ENOSPC or a quota.
bool is_disk_full(int extended_code, int system_error);

// `system_error`: errno as SQLite met it, 0 if it met none. `path`: of the database.
Complaint complaint_of(const std::string& path, int extended_code, int system_error);
Complaint complaint_of(const std::string& path, const SQLite::Exception& error);

// For damage of what is in the file: restoring replaces what may still be saved.
extern const char kKeepCopyAndRestore[];

}  // namespace promotions
