// Watches whether the database's files are still those that are open. Private to storage.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "storage/complaint.h"

namespace promotions {

// A database that is moved, replaced or deleted while it is open goes on taking writes, which
// nobody finds again. And the next program that opens the file which now has its name would take
// our log for that file's own. So ask here before writing, and before opening the file once more.
//
// Thread-safe. It looks at names only, since closing a descriptor of the file would drop SQLite's
// locks.
class OpenFiles {
 public:
  // `path` must be open already, with its log. `descriptor` is one of the database, borrowed; -1 if
  // there is none.
  OpenFiles(const std::string& path, int descriptor);

  // If only the log has lost its name, all of it can still be copied into the database.
  struct Trouble {
    Complaint complaint;
    bool is_log_only = false;
  };
  std::optional<Trouble> trouble() const;  // nullopt: both files are in place

 private:
  enum class Whereabouts { in_place, gone, replaced };
  struct Named {
    std::string path;
    bool is_there = false;  // it existed when this object was made
    dev_t device = 0;
    ino_t inode = 0;
  };
  static Named look_at(const std::string& path);
  static Whereabouts whereabouts(const Named& file);
  Complaint complaint(Whereabouts where) const;

  const int descriptor_;
  const Named database_;
  const Named log_;
};

}  // namespace promotions
