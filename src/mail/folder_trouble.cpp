#include "mail/folder_trouble.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "promotions/base/file_owner.h"

namespace promotions {
namespace {

using std::filesystem::path;

std::string octal(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

// The topmost folder on the path to `folder`, or `folder` itself, that this process cannot enter.
path barrier(const path& folder) {
  path place;
  for (const path& part : std::filesystem::absolute(folder)) {
    place /= part;
    if (::faccessat(AT_FDCWD, place.c_str(), X_OK, AT_EACCESS) != 0) return place;
  }
  return folder;
}

// "/srv/outbox belongs to root and has mode 0555, and this program runs as promotions; …"
std::string no_access(const path& folder) {
  const path place = barrier(folder);
  const std::string me = user_name(::geteuid());
  struct stat status {};
  if (::stat(place.c_str(), &status) != 0) {
    return place.string() + " cannot be made: " + place.parent_path().string() +
           " cannot be written by " + me + "; make the folder and give it to " + me;
  }
  if (status.st_uid == ::geteuid()) {
    return place.string() + " has mode " + octal(status.st_mode) + "; chmod u+rwx " +
           place.string();
  }
  return place.string() + " belongs to " + user_name(status.st_uid) + " and has mode " +
         octal(status.st_mode) + ", and this program runs as " + me + "; chown " + me + " " +
         place.string();
}

}  // namespace

std::string folder_trouble(const path& folder, int error) {
  const std::string name = folder.string();
  std::error_code none;
  const std::string before = "mail.directory: ";
  if (std::filesystem::is_symlink(folder, none) && !std::filesystem::exists(folder, none)) {
    return before + name + " is a link to nothing; make what it leads to, or remove it";
  }
  switch (error) {
    case EACCES:
    case EPERM:
      return before + no_access(folder);
    case ENOSPC:
    case EDQUOT:
      return before + "the disk of " + name + " is full; free some space";
    case EROFS:
      return before + name + " is on a file system that is read-only; mount it for writing";
    case ENOTDIR:
    case EEXIST:
      return before + name + " is a file, or below one; name a folder";
    default:
      break;
  }
  return before + name + ": " + std::strerror(error) + "; mails need a folder that can be written";
}

}  // namespace promotions
