#include "promotions/storage/database_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "promotions/base/errors.h"
#include "promotions/base/file_owner.h"

namespace promotions {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as many as the kernel follows

// Files that lie beside a database and must be usable, too.
constexpr std::array<const char*, 4> kBeside{"-wal", "-shm", "-journal", ".lock"};

std::string mode_text(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", mode & 07777U);
  return text.data();
}

std::string error_text(int error) {
  return std::generic_category().message(error);
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISBLK(mode) || S_ISCHR(mode)) return "a device";
  return "no regular file";
}

// True if this process may access the file in this way (R_OK, W_OK, …), by its effective user, and
// by access lists as well as mode bits. Otherwise `error` is errno.
bool is_allowed(const std::string& path, int mode, int& error) {
  error = ::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) == 0 ? 0 : errno;
  return error == 0;
}

std::string owned_by(const struct stat& status) {
  return "belongs to " + user_name(status.st_uid) + " (mode " + mode_text(status.st_mode) + ")";
}

// One call of file_troubles().
class Inspection {
 public:
  explicit Inspection(const std::string& path)
      : path_(real_database_path(path)), folder_(fs::path(path_).parent_path().string()) {}

  std::vector<std::string> run() {
    if (!look_at_folder()) return std::move(troubles_);
    struct stat status {};
    const bool is_there = ::stat(path_.c_str(), &status) == 0;
    if (!is_there && errno == EACCES) {  // the folder may not be entered
      owner_ = ::geteuid();
      look_into_folder();
      return std::move(troubles_);
    }
    if (!is_there && errno != ENOENT) {
      add(path_, "cannot be looked at: " + error_text(errno),
          "let storage.path name a file in a folder that " + me_ + " may use");
      return std::move(troubles_);
    }
    if (is_there && !S_ISREG(status.st_mode)) {
      std::string right = "storage.path must name a file";
      if (S_ISDIR(status.st_mode)) right += " in it, such as " + path_ + "/promotions.db";
      add(path_, std::string("is ") + kind_of(status.st_mode), right);
      return std::move(troubles_);
    }
    look_at_file_system();
    // The user who is taken to run the service: the present one, or, for root, the owner of the
    // database. A service seldom runs as root, but a command to check it often does.
    owner_ = ::geteuid();
    if (owner_ == 0) owner_ = is_there ? status.st_uid : folder_status_.st_uid;
    if (is_there) look_at_file(path_, status);
    look_into_folder();
    for (const char* suffix : kBeside) look_beside(path_ + suffix);
    look_at_socket();
    return std::move(troubles_);
  }

 private:
  void add(const std::string& place, const std::string& what, const std::string& right) {
    troubles_.push_back(place + ": " + what + "; " + right);
  }

  bool look_at_folder() {
    if (::stat(folder_.c_str(), &folder_status_) != 0) {
      if (errno == ENOENT) {
        add(path_, "the folder " + folder_ + " does not exist", "create it or change storage.path");
      } else {
        add(path_, "the folder " + folder_ + " cannot be reached: " + error_text(errno),
            "storage.path must name a file in a folder that " + me_ + " may use");
      }
      return false;
    }
    if (S_ISDIR(folder_status_.st_mode)) return true;
    add(path_, folder_ + " is no folder", "storage.path must name a file in a folder");
    return false;
  }

  void look_at_file_system() {
    struct statvfs system {};
    const bool is_there = ::statvfs(path_.c_str(), &system) == 0;
    if (!is_there && ::statvfs(folder_.c_str(), &system) != 0) return;
    if ((system.f_flag & ST_RDONLY) == 0) {
      // The file may be mounted by itself. Its log lies in the folder, which must be writable, too.
      if (!is_there || ::statvfs(folder_.c_str(), &system) != 0) return;
      if ((system.f_flag & ST_RDONLY) == 0) return;
    }
    is_read_only_ = true;
    add(path_, "is on a file system that is mounted read-only",
        "mount it for writing, or let storage.path name a file on another one; if the kernel made "
        "it so after errors, look at the disk first (dmesg)");
  }

  void look_at_file(const std::string& path, const struct stat& status) {
    int error = 0;
    const bool may = is_allowed(path, R_OK | W_OK, error);
    if (may && status.st_uid != owner_ && ::geteuid() == 0) {
      // Root may use the file, but the owner of the database may not.
      add(path, owned_by(status) + " while the database belongs to " + user_name(owner_),
          "chown " + chown_to(owner_) + " " + path);
    } else if (may && (status.st_mode & 0600U) != 0600U && status.st_uid == owner_) {
      add(path, "has mode " + mode_text(status.st_mode) + ", so its owner may not write it",
          "chmod u+rw " + path);
    }
    if (may || is_read_only_) return;  // a read-only file system was reported already
    // Where the mode denies access, access(2) says EACCES; EPERM stands for the immutable mark.
    if (error == EPERM) {
      add(path, "is marked as immutable", "chattr -i " + path);
    } else if (status.st_uid != owner_) {
      add(path, owned_by(status) + " while this runs as " + me_,
          "run this as " + user_name(status.st_uid) + ", or, if the service runs as " + me_ +
              ", chown " + chown_to(owner_) + " " + path);
    } else if ((status.st_mode & 0600U) != 0600U) {
      add(path, "has mode " + mode_text(status.st_mode) + ", so its owner may not write it",
          "chmod u+rw " + path);
    } else {
      add(path, "may not be read and written by " + me_ + ": " + error_text(error),
          "look at its access list and at what confines the service");
    }
  }

  // SQLite makes its log in the folder, and this program its lock and its socket.
  void look_into_folder() {
    int error = 0;
    const bool may = is_allowed(folder_, W_OK | X_OK, error);
    const bool is_ours = folder_status_.st_uid == owner_;
    const bool lets_owner = (folder_status_.st_mode & 0300U) == 0300U;
    if ((may && (!is_ours || lets_owner)) || is_read_only_) return;
    const std::string what = "its folder " + folder_;
    if (error == EPERM) {
      add(path_, what + " is marked as immutable", "chattr -i " + folder_);
    } else if (is_ours && !lets_owner) {
      add(path_,
          what + " has mode " + mode_text(folder_status_.st_mode) +
              ", so its owner may make no file in it, and a database needs a log beside it",
          "chmod u+wx " + folder_);
    } else {
      // Other programs may need the folder as it is, so we do not advise changing its mode.
      add(path_,
          what + " " + owned_by(folder_status_) + ", and " + me_ +
              " may make no file in it, while a database needs a log beside it",
          "let storage.path name a file in a folder of " + user_name(owner_) + "'s own");
    }
  }

  void look_beside(const std::string& path) {
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (S_ISREG(status.st_mode)) return look_at_file(path, status);
    add(path, std::string("is ") + (S_ISLNK(status.st_mode) ? "a link" : kind_of(status.st_mode)),
        "move it away: a file of the database's goes there");
  }

  // A start removes a socket that was left behind. In a sticky folder like /tmp only the socket's
  // owner may do so.
  void look_at_socket() {
    const std::string path = path_ + ".sock";
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (!S_ISSOCK(status.st_mode)) {
      add(path, "is " + std::string(S_ISLNK(status.st_mode) ? "a link" : kind_of(status.st_mode)),
          "move it away: a socket goes there");
    } else if (status.st_uid != owner_ && (folder_status_.st_mode & S_ISVTX) != 0 &&
               folder_status_.st_uid != owner_ && ::geteuid() != 0) {
      add(path, owned_by(status) + ", so " + me_ + " cannot replace it", "remove it as its owner");
    }
  }

  static std::string chown_to(uid_t user) {
    const std::string name = user_name(user);
    return name.starts_with("uid ") ? std::to_string(user) : name + ":";
  }

  const std::string path_;
  const std::string folder_;
  const std::string me_ = user_name(::geteuid());
  struct stat folder_status_ {};
  uid_t owner_ = 0;
  bool is_read_only_ = false;
  std::vector<std::string> troubles_;
};

std::string size_text(unsigned long long bytes) {
  constexpr std::array<const char*, 4> units{"KiB", "MiB", "GiB", "TiB"};
  bytes /= 1024;
  std::size_t unit = 0;
  for (; bytes >= 10'240 && unit + 1 < units.size(); ++unit) bytes /= 1024;
  return std::to_string(bytes) + " " + units.at(unit);
}

// What this user may use; some blocks are reserved for root.
unsigned long long free_bytes(const struct statvfs& system) {
  return (::geteuid() == 0 ? system.f_bfree : system.f_bavail) *
         static_cast<unsigned long long>(system.f_frsize);
}

std::string folder_of(const std::string& path) {
  return fs::path(real_database_path(path)).parent_path().string();
}

}  // namespace

std::string real_database_path(const std::string& path) {
  fs::path current(path);
  std::error_code error;
  // Links are followed here and not by realpath(), which fails if the last one leads to a file that
  // does not exist yet.
  for (int links = 0; links < kMostLinks && fs::is_symlink(current, error); ++links) {
    const fs::path target = fs::read_symlink(current, error);
    if (error) break;
    current = target.is_absolute() ? target : current.parent_path() / target;
  }
  fs::path folder = current.parent_path();
  if (folder.empty()) folder = ".";
  fs::path real = fs::canonical(folder, error);
  if (error) real = fs::absolute(folder, error);
  return (current.filename().empty() ? real : real / current.filename()).string();
}

DatabasePresence presence_of_database(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return errno == ENOENT || errno == ENOTDIR ? DatabasePresence::missing
                                               : DatabasePresence::there;
  }
  return S_ISREG(status.st_mode) && status.st_size == 0 ? DatabasePresence::empty
                                                        : DatabasePresence::there;
}

void make_database_file(const std::string& path) {
  const std::string real = real_database_path(path);
  const int fd = ::open(real.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) {
    ::close(fd);
    give_to_folder_owner(real);
    return;
  }
  const int error = errno;
  struct stat status {};
  // A file that exists is fine. If it cannot be looked at, opening it will say so.
  if (error == EEXIST && (::stat(real.c_str(), &status) != 0 || S_ISREG(status.st_mode))) return;
  const auto troubles = file_troubles(path);
  if (!troubles.empty()) throw UserError(troubles.front());
  throw UserError(real + ": cannot be made: " + error_text(error) + "; " +
                  (error == ENOSPC || error == EDQUOT
                       ? "make room: " + space_left(path)
                       : "storage.path must name a file in a folder that can be written"));
}

std::vector<std::string> file_troubles(const std::string& path) {
  return Inspection(path).run();
}

std::string hard_link_trouble(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink < 2) {
    return {};
  }
  return real_database_path(path) + ": has " + std::to_string(status.st_nlink) +
         " names (hard links), and what was written last may be in a log beside another of them; "
         "keep the name that has a -wal beside it, or else the usual one, and remove the other "
         "names "
         "(find -samefile shows them; the file stays); make copies with a backup instead of links";
}

bool is_file_system_full(const std::string& path) {
  constexpr unsigned long long kFew = 32ULL << 10;  // the size of SQLite's index of the log (-shm)
  struct statvfs system {};
  if (::statvfs(folder_of(path).c_str(), &system) != 0) return false;
  return free_bytes(system) < kFew || (system.f_files > 0 && system.f_favail == 0);
}

std::string space_left(const std::string& path) {
  struct statvfs system {};
  const std::string folder = folder_of(path);
  if (::statvfs(folder.c_str(), &system) != 0) return "its file system does not say how full it is";
  const auto block = static_cast<unsigned long long>(system.f_frsize);
  std::string text = size_text(free_bytes(system)) + " of " + size_text(system.f_blocks * block) +
                     " are free on the file system of " + folder;
  if (system.f_files > 0 && system.f_favail == 0) text += ", which can hold no more files";
  return text + ", and there may be a quota";
}

}  // namespace promotions
