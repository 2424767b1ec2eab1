// The Merkle tree over a draw's entrants: RFC 6962 §2.1 with SHA-256.
//
// All functions but those of an entrant work on nodes of any level, so a large tree can be stored
// in parts. Cut the leaves into chunks of the same power of two (the last may be shorter). Then the
// roots of the chunks are nodes of the same tree, and the root over them is its root. The path of a
// leaf is its path within its chunk, followed by the path of that chunk's root among the roots.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "promotions/domain/sha256.h"

namespace promotions {

// SHA-256(hex(nonce) ‖ "\n" ‖ email_key ‖ "\n"): who an entrant is, for whoever has the receipt.
Hash entrant_key(std::span<const unsigned char> nonce, std::string_view email_key);

// SHA-256(0x00 ‖ ticket ‖ "\n" ‖ hex(key) ‖ "\n"), the ticket in decimal.
Hash entrant_leaf(std::int64_t ticket, const Hash& key);

// Computes the root of a sequence of nodes. Keeps only one hash for each set bit of their number.
// Not thread-safe.
class MerkleRoot {
 public:
  void add(const Hash& node);
  std::uint64_t size() const { return size_; }
  Hash root() const;  // without nodes: SHA-256 of the empty string (RFC 6962 §2.1)

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash>
      complete_;  // roots of complete subtrees, the largest first: one for each set bit of size_
};

// The audit path of RFC 6962 §2.1.1: the siblings on the way from nodes[index] to the root, lowest
// first. Computes as many hashes as there are nodes. Throws std::out_of_range if there is no such
// node.
std::vector<Hash> inclusion_path(std::span<const Hash> nodes, std::uint64_t index);

}  // namespace promotions
