// The versions of the libraries in use. Each module that has a library of its own lists it.
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
