#include "support/temp_folder.h"

#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace promotions {

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "promotions-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) {
    throw std::system_error(errno, std::generic_category(), name);
  }
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;  // a test that failed may have left its folder unreadable
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace promotions
