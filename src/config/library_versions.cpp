#include <toml++/toml.h>

#include "promotions/config/config.h"

namespace promotions {

std::vector<LibraryVersion> config_libraries() {
  return {{"toml++", std::to_string(TOML_LIB_MAJOR) + "." + std::to_string(TOML_LIB_MINOR) + "." +
                         std::to_string(TOML_LIB_PATCH)}};
}

}  // namespace promotions
