// What somebody computes who has a proof, by RFC 9162 and without the code that makes one.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "promotions/domain/sha256.h"

namespace promotions {

// §2.1.1: an inner node's hash begins with the byte 1.
inline Hash hash_of_children(const Hash& left, const Hash& right) {
  std::array<unsigned char, 1 + 2 * std::tuple_size_v<Hash>> input{1};
  std::copy(left.begin(), left.end(), input.begin() + 1);
  std::copy(right.begin(), right.end(), input.begin() + 1 + left.size());
  return sha256(input);
}

// §2.1.3.2: the root that `path` leads to from the node at `index` of `size`; nullopt if there is
// no such node or its path has another length.
inline std::optional<Hash> root_from_path(const Hash& node, std::uint64_t index, std::uint64_t size,
                                          std::span<const Hash> path) {
  if (index >= size) return std::nullopt;
  Hash root = node;
  std::uint64_t last = size - 1;  // index of the last node on this level
  for (const Hash& sibling : path) {
    if (last == 0) return std::nullopt;  // longer than the tree is high
    // The last node of a level has no right sibling: it moves up until it is a right one itself.
    for (; index == last && index % 2 == 0; index /= 2) last /= 2;
    root = index % 2 == 1 ? hash_of_children(sibling, root) : hash_of_children(root, sibling);
    index /= 2;
    last /= 2;
  }
  return last == 0 ? std::optional(root) : std::nullopt;  // else shorter than the tree is high
}

}  // namespace promotions
