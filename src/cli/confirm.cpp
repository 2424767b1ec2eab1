#include "cli/confirm.h"

#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "cli/command.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

namespace promotions {

void confirm(const std::string& place, const std::string& what, const std::string& expected) {
  if (isatty(STDIN_FILENO) != 1) {
    throw UserError(place + ": " + what + "; nobody can be asked here, so add --yes to do it",
                    kWrongUsage);
  }
  std::fprintf(stderr, "%s: %s.\nType \"%s\" to do it: ", place.c_str(), what.c_str(),
               expected.c_str());
  std::string typed;
  std::getline(std::cin, typed);
  if (trim_ascii(typed) != expected) {
    throw UserError(place + ": not confirmed; nothing was done");
  }
}

}  // namespace promotions
