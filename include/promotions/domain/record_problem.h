// What is wrong with a record that somebody published, and where.
#pragma once

#include <string>
#include <vector>

namespace promotions {

struct RecordProblem {
  std::string place;  // "seal.beacon.round", "drawn[2].index"; empty: the whole record
  std::string what;   // "expected …, found …" or what it does: "is missing"; fit for a terminal
};
using RecordProblems = std::vector<RecordProblem>;  // in the order of the fields

}  // namespace promotions
