#include "promotions/base/library_version.h"

#include <sodium.h>
#include <spdlog/version.h>
#include <unistring/version.h>

#include "promotions/base/json.h"

namespace promotions {

std::vector<LibraryVersion> base_libraries() {
  const auto join = [](int major, int minor, int patch) {
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
  };
  return {{"libsodium", sodium_version_string()},
          {"libunistring", join(_libunistring_version >> 16, _libunistring_version >> 8 & 0xFF,
                                _libunistring_version & 0xFF)},
          {"nlohmann-json", join(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
                                 NLOHMANN_JSON_VERSION_PATCH)},
          {"spdlog", join(SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)}};
}

}  // namespace promotions
