// Reading a configuration file or a password whole.
#pragma once

#include <string>

namespace promotions {

// Throws ConfigError "<before>cannot be read (why); expected a file …".
std::string read_small_file(const std::string& path, const std::string& before);

}  // namespace promotions
