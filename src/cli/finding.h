// One line of what `promotions check` found. Private to cli.
#pragma once

#include <string>
#include <vector>

#include "promotions/config/config.h"

namespace promotions {

struct Finding {
  std::string what;
  bool good = false;
  std::string detail;
};

// Where the database is, whose it is, whether a sign-up could be stored, and whether what it holds
// is sound, draws included. Leaves it as it is. Throws nothing that a command would not print.
std::vector<Finding> check_database(const Config& config);

}  // namespace promotions
