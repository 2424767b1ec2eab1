// Reads a published list of leaves, which may be large, in one pass. Private to domain.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <vector>

#include "promotions/domain/merkle_tree.h"

namespace promotions {

struct LeafList {
  std::string problem;  // "line 3 …"; then nothing else is known
  std::vector<Hash> leaves;
  Hash root{};
  std::string twice;  // "line 3 and line 7 …": the first leaf that is there more than once

  std::int64_t size() const { return static_cast<std::int64_t>(leaves.size()); }
};

// Takes 32 bytes for each leaf, and as much again while it looks for one that is there twice.
// Throws std::runtime_error if `leaves` cannot be read to its end.
LeafList read_leaf_list(std::istream& leaves);

}  // namespace promotions
