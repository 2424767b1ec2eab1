// Checks that concern several keys, or files that keys name.
#pragma once

#include "promotions/config/config.h"

namespace promotions {

// Also reads mail.smtp.password_file into mail.smtp.password. Adds to `errors` and `warnings` of
// `config`; throws ConfigError for what the program cannot start with.
void cross_check(Config& config);

}  // namespace promotions
