// Which libraries a module runs on; each module with a library of its own says so.
#pragma once

#include <string>
#include <vector>

namespace promotions {

struct LibraryVersion {
  std::string name;
  std::string version;
};

std::vector<LibraryVersion> base_libraries();

}  // namespace promotions
