#include "storage/open_files.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "promotions/storage/database_file.h"

namespace promotions {

OpenFiles::OpenFiles(const std::string& path, int descriptor)
    : descriptor_(descriptor),
      database_(look_at(real_database_path(path))),
      log_(look_at(database_.path + "-wal")) {}

std::optional<OpenFiles::Trouble> OpenFiles::trouble() const {
  const Whereabouts database = whereabouts(database_);
  if (database != Whereabouts::in_place) return Trouble{complaint(database)};
  if (whereabouts(log_) == Whereabouts::in_place) return std::nullopt;
  return Trouble{{"the log of the database was removed while it was open",
                  "nothing that was acknowledged is lost, since what it held is copied into " +
                      database_.path + "; leave the files beside a database alone"},
                 true};
}

OpenFiles::Named OpenFiles::look_at(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {.path = path};
  return {path, true, status.st_dev, status.st_ino};
}

// A name that cannot be looked at just now may still lead to the file, so that is no trouble.
OpenFiles::Whereabouts OpenFiles::whereabouts(const Named& file) {
  if (!file.is_there) return Whereabouts::in_place;
  struct stat status {};
  if (::stat(file.path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? Whereabouts::gone : Whereabouts::in_place;
  }
  return status.st_dev == file.device && status.st_ino == file.inode ? Whereabouts::in_place
                                                                     : Whereabouts::replaced;
}

Complaint OpenFiles::complaint(Whereabouts where) const {
  // The kernel shows what the open descriptor's file is called now.
  const std::string link =
      "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(descriptor_);
  std::error_code none;
  const std::string name = std::filesystem::read_symlink(link, none).string();
  const std::string what = where == Whereabouts::replaced
                               ? "another file has taken the place of the database"
                               : "the database was moved away or deleted while it was open";
  struct stat status {};
  const bool is_deleted =
      descriptor_ < 0 || ::fstat(descriptor_, &status) != 0 || status.st_nlink == 0;
  if (!is_deleted) {
    return {what, "it is " + name + " now; move it back to " + database_.path +
                      ", and writes go on; or stop the server, if it is meant to be so"};
  }
  return {what, "nothing leads to it any more but " + link +
                    ", while this server runs: copy that file now to keep what was acknowledged, "
                    "then stop the server, put the copy at " +
                    database_.path +
                    ", and start again; if it is meant to be so, only stop the server"};
}

}  // namespace promotions
