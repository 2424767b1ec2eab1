#include "storage/complaint.h"

#include <sqlite3.h>

#include <cerrno>
#include <system_error>

#include "promotions/storage/database_file.h"

namespace promotions {

const char kKeepCopyAndRestore[] =
    "stop the server, keep a copy of the file with its -wal and -shm, and then restore a backup";

bool is_disk_full(int extended_code, int system_error) {
  const int code = extended_code & 0xFF;
  return code == SQLITE_FULL ||
         (code == SQLITE_IOERR && (system_error == ENOSPC || system_error == EDQUOT));
}

Complaint complaint_of(const std::string& path, int extended_code, int system_error) {
  if (is_disk_full(extended_code, system_error)) {
    return {system_error == EDQUOT ? "the disk quota is used up" : "the disk is full",
            "make room: " + space_left(path)};
  }
  const std::string error = sqlite3_errstr(extended_code);
  const std::string reason =
      system_error == 0 ? error : error + ": " + std::generic_category().message(system_error);
  switch (extended_code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {"is locked by another program", "end that program, or change storage.path"};
    case SQLITE_NOTADB:
      return {"is no database, or its beginning is damaged",
              "if it is another program's file, let storage.path name one of ours or a new one; if "
              "it was ours, keep a copy of it, and then restore a backup"};
    case SQLITE_CORRUPT:
      return {"is damaged", kKeepCopyAndRestore};
    case SQLITE_READONLY:
      return {"is read-only",
              "it and its folder must be writable for this user, and mounted for writing"};
    case SQLITE_IOERR:
      return {"the disk reports an error (" + reason + ")",
              "look at the disk and at what the kernel says of it (dmesg); nothing is lost by "
              "starting again once it works"};
    case SQLITE_NOMEM:
      return {"there is not enough memory", "end other programs, or give this one more"};
    default:
      return {"cannot be used as a database (" + reason + ")",
              "storage.path must name one of ours or a new file in a writable folder"};
  }
}

// The errno that SQLite met is not known any more. If the file system is full, that is why SQLite
// could not make or lengthen a file.
Complaint complaint_of(const std::string& path, const SQLite::Exception& error) {
  const bool may_be_room =
      error.getErrorCode() == SQLITE_IOERR || error.getErrorCode() == SQLITE_CANTOPEN;
  if (may_be_room && is_file_system_full(path)) return complaint_of(path, SQLITE_FULL, 0);
  return complaint_of(path, error.getExtendedErrorCode(), 0);
}

}  // namespace promotions
