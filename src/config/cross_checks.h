// What no key can say alone.
#pragma once

#include <map>
#include <string>

#include "promotions/config/config.h"

namespace promotions {

// Where each key that is not at its default was set: "promotions.toml:14".
using ConfigPlaces = std::map<std::string, std::string, std::less<>>;

// Reads mail.smtp.password_file into the password. Throws ConfigError.
void cross_check(Config& config, const ConfigPlaces& places);

}  // namespace promotions
