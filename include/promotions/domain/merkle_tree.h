// The Merkle tree over a draw's entrants: RFC 6962 §2.1 with SHA-256.
//
// All functions but entrant_leaf() work on nodes of any level. Cut the leaves into chunks of one
// power of two (the last may be shorter): the chunks' roots are nodes of the same tree, its root is
// the root of theirs, and the path of a leaf is its path within its chunk followed by the chunk's
// path among the roots.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "promotions/domain/sha256.h"

namespace promotions {

// SHA-256(0x00 ‖ ticket ‖ "\n" ‖ hex(nonce) ‖ "\n" ‖ email_key ‖ "\n"), the ticket in decimal.
Hash entrant_leaf(std::int64_t ticket, std::span<const unsigned char> nonce,
                  std::string_view email_key);

// The root of the nodes added so far, in their order. Keeps one hash for each bit of their number.
class MerkleRoot {
 public:
  void add(const Hash& node);
  std::uint64_t size() const { return size_; }
  Hash root() const;  // of nothing: SHA-256 of the empty string

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash>
      complete_;  // roots of complete subtrees, larger ones first: the set bits of size_
};

// RFC 6962 §2.1.1: the nodes beside the way from nodes[index] to the root, lowest first. Takes as
// many hashes as there are nodes. Throws std::out_of_range if there is no such node.
std::vector<Hash> inclusion_path(std::span<const Hash> nodes, std::uint64_t index);

}  // namespace promotions
