// Reads a published list of leaves, which may be large, in one pass. Private to domain.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "promotions/domain/merkle_tree.h"

namespace promotions {

// What to look for while reading the list.
struct LeafQuestions {
  std::vector<std::uint64_t> indices;  // report the leaves at these indices
  std::vector<Hash> leaves;            // report where any of these leaves is
};

struct LeafList {
  std::string problem;  // "line 3 …"; if it is not empty, the other members mean nothing
  std::uint64_t size = 0;
  Hash root{};
  std::unordered_map<std::uint64_t, Hash> at;  // the leaves at the indices asked for, if they exist
  std::vector<std::uint64_t> places;           // where the leaves asked for are; the first two
  std::size_t found = 0;  // the place in LeafQuestions::leaves of the one that was found last
};

// Throws std::runtime_error if `leaves` cannot be read to its end.
LeafList read_leaf_list(std::istream& leaves, const LeafQuestions& questions);

}  // namespace promotions
