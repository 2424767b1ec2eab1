// Every draw that is stored, computed again from what is stored.
#pragma once

#include <string>
#include <vector>

#include "promotions/storage/storage.h"

namespace promotions {

struct DrawAudit {
  int draws = 0;  // sealed ones, drawn or not
  // "the draw of SLUG does not come out: …; what to do" each.
  std::vector<std::string> problems;
};

// Reads whole lists of entrants: some seconds for a million.
DrawAudit audit_draws(const Stores& stores);

}  // namespace promotions
