#include "domain/leaf_list.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace promotions {
namespace {

constexpr std::size_t kLine = 2 * std::tuple_size_v<Hash> + 1;  // with its line end
constexpr std::size_t kLinesAtOnce = 1024;

// Two entrants with one leaf would be one entrant with two chances.
std::string find_twice(const std::vector<Hash>& leaves) {
  std::vector<Hash> sorted = leaves;
  std::sort(sorted.begin(), sorted.end());
  const auto same = std::adjacent_find(sorted.begin(), sorted.end());
  if (same == sorted.end()) return {};
  const auto first = std::find(leaves.begin(), leaves.end(), *same);
  const auto second = std::find(first + 1, leaves.end(), *same);
  const auto line = [&](auto place) { return std::to_string(place - leaves.begin() + 1); };
  return "line " + line(first) + " and line " + line(second) +
         " are the same leaf: one entry stands in the list twice";
}

}  // namespace

LeafList read_leaf_list(std::istream& leaves) {
  LeafList list;
  MerkleRoot root;
  std::string block(kLine * kLinesAtOnce, '\0');
  while (leaves) {
    leaves.read(block.data(), static_cast<std::streamsize>(block.size()));
    std::string_view rest(block.data(), static_cast<std::size_t>(leaves.gcount()));
    for (; !rest.empty(); rest.remove_prefix(kLine)) {
      const auto leaf = rest.size() >= kLine && rest[kLine - 1] == '\n'
                            ? parse_hash(rest.substr(0, kLine - 1))
                            : std::nullopt;
      if (!leaf) {
        list.problem = "line " + std::to_string(root.size() + 1) +
                       " is not 64 lower-case hexadecimal digits and a line end";
        return list;
      }
      root.add(*leaf);
      list.leaves.push_back(*leaf);
    }
  }
  if (leaves.bad()) throw std::runtime_error("the list of leaves cannot be read to its end");
  list.root = root.root();
  list.twice = find_twice(list.leaves);
  return list;
}

}  // namespace promotions
