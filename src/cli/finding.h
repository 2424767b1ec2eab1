// What `promotions check` reports, one line each. Private to cli.
#pragma once

#include <string>
#include <vector>

#include "promotions/config/config.h"

namespace promotions {

struct Finding {
  std::string what;   // "database"
  bool good = false;  // false: the command fails
  std::string detail;
};

// Checks where the database is, whether it is ours, whether a sign-up could be stored, and whether
// its content is sound, including the draws. Changes nothing. Most errors are findings; one that is
// thrown can be printed like that of any command.
std::vector<Finding> check_database(const Config& config);

}  // namespace promotions
