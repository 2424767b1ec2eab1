#include "promotions/domain/merkle_tree.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

// RFC 6962 §2.1: different first bytes, so that an inner node cannot be passed off as a leaf.
constexpr char kLeaf = 0;
constexpr unsigned char kInner = 1;

Hash parent_of(const Hash& left, const Hash& right) {
  std::array<unsigned char, 1 + 2 * std::tuple_size_v<Hash>> input{kInner};
  std::copy(left.begin(), left.end(), input.begin() + 1);
  std::copy(right.begin(), right.end(), input.begin() + 1 + left.size());
  return sha256(input);
}

// Replaces the nodes by those of the next level up. A node without a sibling moves up unchanged:
// RFC 6962 splits at the largest power of two, so there it is the root of its own subtree, too.
void climb(std::vector<Hash>& nodes) {
  const std::size_t pairs = nodes.size() / 2;
  for (std::size_t i = 0; i < pairs; ++i) nodes[i] = parent_of(nodes[2 * i], nodes[2 * i + 1]);
  if (nodes.size() % 2 == 1) nodes[pairs] = nodes.back();
  nodes.resize(pairs + nodes.size() % 2);
}

}  // namespace

Hash entrant_key(std::span<const unsigned char> nonce, std::string_view email_key) {
  std::string text = to_hex(nonce) + "\n";
  text.append(email_key).append("\n");
  return sha256(text);
}

Hash entrant_leaf(std::int64_t ticket, const Hash& key) {
  std::string text(1, kLeaf);
  text.append(std::to_string(ticket)).append("\n");
  text.append(to_hex(key)).append("\n");
  return sha256(text);
}

void MerkleRoot::add(const Hash& node) {
  Hash root = node;
  // This works like adding 1 to a binary number: each set low bit is a subtree of the same size as
  // the new one, and both merge into one of twice the size.
  for (std::uint64_t bits = size_; bits % 2 == 1; bits /= 2) {
    root = parent_of(complete_.back(), root);
    complete_.pop_back();
  }
  complete_.push_back(root);
  ++size_;
}

Hash MerkleRoot::root() const {
  if (complete_.empty()) return sha256(std::string_view());
  // Merge from the smallest subtree, on the right, to the largest: RFC 6962 splits in that way.
  Hash root = complete_.back();
  for (auto left = complete_.rbegin() + 1; left != complete_.rend(); ++left) {
    root = parent_of(*left, root);
  }
  return root;
}

std::vector<Hash> inclusion_path(std::span<const Hash> nodes, std::uint64_t index) {
  if (index >= nodes.size()) throw std::out_of_range("inclusion_path: no node has that index");
  std::vector<Hash> path;
  std::vector<Hash> level(nodes.begin(), nodes.end());
  for (; level.size() > 1; index /= 2, climb(level)) {
    const std::uint64_t sibling = index ^ 1U;
    // The last node of an odd level has no sibling, and its path no hash for this level.
    if (sibling < level.size()) path.push_back(level[sibling]);
  }
  return path;
}

}  // namespace promotions
