// Whether the database's files are still those that are open. Private to storage.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

#include "storage/complaint.h"

namespace promotions {

// A database that is moved, replaced or deleted while it is open goes on taking writes, which
// nobody finds again; and the next program to open what has its name takes our log for its own. So
// whoever is about to write, or to open the file once more, looks here first.
//
// Thread-safe. Looks at names only: closing a descriptor of the file would drop SQLite's locks.
class OpenFiles {
 public:
  // `path` is open, with its log. `descriptor`: one of the database, borrowed; -1: none.
  OpenFiles(const std::string& path, int descriptor);

  // Where the log alone has lost its name, all of it can still be copied into the database.
  struct Trouble {
    Complaint complaint;
    bool is_log_only = false;
  };
  std::optional<Trouble> trouble() const;

 private:
  enum class Whereabouts { in_place, gone, replaced };
  struct Named {
    std::string path;
    bool is_there = false;  // when it was opened
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
