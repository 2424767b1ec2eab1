#include "domain/leaf_list.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace promotions {
namespace {

constexpr std::size_t kLine = 2 * std::tuple_size_v<Hash> + 1;  // with its line end
constexpr std::size_t kLinesAtOnce = 1024;

}  // namespace

LeafList read_leaf_list(std::istream& leaves, const LeafQuestions& questions) {
  LeafList list;
  MerkleRoot root;
  std::vector<std::uint64_t> wanted = questions.indices;
  std::sort(wanted.begin(), wanted.end());
  auto next = wanted.begin();

  // All lines have one length, so a block of whole lines never cuts one.
  std::string block(kLine * kLinesAtOnce, '\0');
  while (leaves) {
    leaves.read(block.data(), static_cast<std::streamsize>(block.size()));
    std::string_view rest(block.data(), static_cast<std::size_t>(leaves.gcount()));
    for (; !rest.empty(); rest.remove_prefix(kLine)) {
      const std::uint64_t index = root.size();
      const auto leaf = rest.size() >= kLine && rest[kLine - 1] == '\n'
                            ? parse_hash(rest.substr(0, kLine - 1))
                            : std::nullopt;
      if (!leaf) {
        list.problem = "line " + std::to_string(index + 1) +
                       " is not 64 lower-case hexadecimal digits and a line end";
        return list;
      }
      root.add(*leaf);
      const auto asked = std::find(questions.leaves.begin(), questions.leaves.end(), *leaf);
      // Two places are enough to show that a leaf is there more than once.
      if (asked != questions.leaves.end() && list.places.size() < 2) {
        list.places.push_back(index);
        list.found = static_cast<std::size_t>(asked - questions.leaves.begin());
      }
      if (next == wanted.end() || *next != index) continue;
      list.at.emplace(index, *leaf);
      next = std::upper_bound(next, wanted.end(), index);  // the same index may be asked for twice
    }
  }
  if (leaves.bad()) throw std::runtime_error("the list of leaves cannot be read to its end");
  list.size = root.size();
  list.root = root.root();
  return list;
}

}  // namespace promotions
