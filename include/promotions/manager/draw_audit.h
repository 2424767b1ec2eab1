// Computes every stored draw again, to find out whether the database was changed since.
#pragma once

#include <string>
#include <vector>

#include "promotions/storage/storage.h"

namespace promotions {

struct DrawAudit {
  int draws = 0;  // sealed ones, whether drawn yet or not
  // One sentence each: "the draw of SLUG does not come out: …; what to do".
  std::vector<std::string> problems;
};

// Reads all lists of entrants on the snapshot of `stores`: some seconds for a million entrants.
// What cannot be read is a problem of the draw; throws only if the campaigns cannot be listed.
DrawAudit audit_draws(const Stores& stores);

}  // namespace promotions
