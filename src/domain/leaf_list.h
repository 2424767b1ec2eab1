// Reading a published list of leaves, which may be large, in one pass. Private to domain.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "promotions/domain/merkle_tree.h"

namespace promotions {

// What is asked of the list before it is read.
struct LeafQuestions {
  std::vector<std::uint64_t> indices;  // which leaves are there?
  std::vector<Hash> leaves;            // where is one of these?
};

struct LeafList {
  std::string problem;  // "line 3 …"; then nothing else is known
  std::uint64_t size = 0;
  Hash root{};
  std::unordered_map<std::uint64_t, Hash> at;  // the leaves asked for that exist
  std::vector<std::uint64_t> places;           // of those asked for, the first two at most
  std::size_t found = 0;                       // which of them is at the last place
};

// Throws std::runtime_error if `leaves` cannot be read to its end.
LeafList read_leaf_list(std::istream& leaves, const LeafQuestions& questions);

}  // namespace promotions
