// What no key can say alone.
#pragma once

#include "promotions/config/config.h"

namespace promotions {

// Reads mail.smtp.password_file into the password. Throws ConfigError.
void cross_check(Config& config);

}  // namespace promotions
