#include "promotions/base/file_owner.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace promotions {

std::string user_name(uid_t user) {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr) {
    return found->pw_name;
  }
  return "uid " + std::to_string(user);
}

void give_to_folder_owner(const std::string& path) {
  if (::geteuid() != 0) return;
  const std::string folder = std::filesystem::path(path).parent_path().string();
  struct stat status {};
  if (::stat(folder.empty() ? "." : folder.c_str(), &status) != 0 || status.st_uid == 0) return;
  // A failure needs no message here: the user who cannot open the file is told who owns it.
  [[maybe_unused]] const int ignored = ::lchown(path.c_str(), status.st_uid, status.st_gid);
}

}  // namespace promotions
