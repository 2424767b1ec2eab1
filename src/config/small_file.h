// Reads a configuration file, a password or a certificate whole.
#pragma once

#include <string>

namespace promotions {

// Throws ConfigError "<before>cannot be read (why); expected a readable file", also if it is larger
// than 1 MiB.
std::string read_small_file(const std::string& path, const std::string& before);

}  // namespace promotions
