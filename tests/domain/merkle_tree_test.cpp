#include "promotions/domain/merkle_tree.h"

#include <algorithm>
#include <stdexcept>

#include "domain/merkle_path.h"
#include "promotions/base/encoding.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Nodes = std::span<const Hash>;

Hash join(const Hash& left, const Hash& right) {
  return sha256("\x01" + std::string(left.begin(), left.end()) +
                std::string(right.begin(), right.end()));
}

// The largest power of two below `size`.
std::size_t split(std::size_t size) {
  std::size_t k = 1;
  while (2 * k < size) k *= 2;
  return k;
}

// RFC 6962 §2.1, word for word.
Hash naive_root(Nodes nodes) {
  if (nodes.empty()) return sha256(std::string_view());
  if (nodes.size() == 1) return nodes.front();
  const std::size_t k = split(nodes.size());
  return join(naive_root(nodes.first(k)), naive_root(nodes.subspan(k)));
}

// RFC 6962 §2.1.1, word for word.
std::vector<Hash> naive_path(Nodes nodes, std::size_t index) {
  if (nodes.size() == 1) return {};
  const std::size_t k = split(nodes.size());
  const bool left = index < k;
  auto path = left ? naive_path(nodes.first(k), index) : naive_path(nodes.subspan(k), index - k);
  path.push_back(naive_root(left ? nodes.subspan(k) : nodes.first(k)));
  return path;
}

std::vector<Hash> numbered_leaves(std::size_t count) {
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(sha256(std::to_string(i)));
  return leaves;
}

Hash root_of(Nodes nodes) {
  MerkleRoot root;
  for (const Hash& node : nodes) root.add(node);
  return root.root();
}

}  // namespace

TEST_CASE("MerkleRoot: the published check value", "[domain]") {
  MerkleRoot root;
  for (unsigned char i = 1; i <= 3; ++i) {
    std::array<unsigned char, 16> nonce{};
    nonce.fill(i);
    const std::string key = std::string(1, static_cast<char>('a' + i - 1)) + "@example.org";
    const Hash leaf = entrant_leaf(i, entrant_key(nonce, key));
    if (i == 1) {
      CHECK(to_hex(entrant_key(nonce, key)) ==
            "8dd783dfb3f91dd6225a48afd1b77f6eda148ce2b258e2f46e9aec4abc86c5a1");
      CHECK(to_hex(leaf) == "c76934f8fc395853840e7b5a96e86c0148e4e53d831b2e0b2fa9fd4227169533");
    }
    root.add(leaf);
  }
  CHECK(root.size() == 3);
  CHECK(to_hex(root.root()) == "e7ebcb494d641287b810b7f98ccf451602cbb2e7d4e4795e01b4a0f0d20bb98e");
}

TEST_CASE("MerkleRoot: of nothing it is the hash of nothing, of one leaf the leaf", "[domain]") {
  MerkleRoot root;
  CHECK(to_hex(root.root()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const Hash leaf = sha256("leaf");
  root.add(leaf);
  CHECK(root.root() == leaf);
}

TEST_CASE("MerkleRoot: agrees with the RFC's recursion after every leaf", "[domain]") {
  const auto leaves = numbered_leaves(130);
  MerkleRoot root;
  for (std::size_t n = 0; n <= leaves.size(); ++n) {
    CAPTURE(n);
    REQUIRE(root.root() == naive_root(Nodes(leaves).first(n)));
    if (n < leaves.size()) root.add(leaves[n]);
  }
  for (const std::size_t n : {1000U, 1023U, 1024U, 1025U, 4095U, 4096U, 4097U, 5000U}) {
    const auto many = numbered_leaves(n);
    CAPTURE(n);
    CHECK(root_of(many) == naive_root(many));
  }
}

TEST_CASE("inclusion_path: every leaf's path is the RFC's and leads to the root", "[domain]") {
  const auto all = numbered_leaves(130);
  for (std::size_t n = 1; n <= all.size(); n = n < 34 ? n + 1 : n + 19) {
    const Nodes leaves = Nodes(all).first(n);
    const Hash root = naive_root(leaves);
    for (std::size_t i = 0; i < n; ++i) {
      CAPTURE(n, i);
      const auto path = inclusion_path(leaves, i);
      REQUIRE(path == naive_path(leaves, i));
      REQUIRE(root_from_path(leaves[i], i, n, path) == root);
    }
    CHECK_THROWS_AS(inclusion_path(leaves, n), std::out_of_range);
  }
  const auto many = numbered_leaves(5000);
  for (const std::size_t i : {0U, 1U, 2499U, 4095U, 4096U, 4998U, 4999U}) {
    CAPTURE(i);
    CHECK(root_from_path(many[i], i, many.size(), inclusion_path(many, i)) == root_of(many));
  }
}

TEST_CASE("root_from_path: every other leaf, place or path is refused", "[domain]") {
  const auto all = numbered_leaves(20);
  for (std::size_t n = 1; n <= all.size(); ++n) {
    const Nodes leaves = Nodes(all).first(n);
    const Hash root = naive_root(leaves);
    for (std::size_t i = 0; i < n; ++i) {
      CAPTURE(n, i);
      const auto path = inclusion_path(leaves, i);
      for (std::size_t other = 0; other < n + 2; ++other) {
        if (other != i) CHECK(root_from_path(leaves[i], other, n, path) != root);
      }
      CHECK(root_from_path(sha256("other"), i, n, path) != root);
      auto wrong = path;
      for (Hash& node : wrong) {
        node[31] ^= 1U;
        CHECK(root_from_path(leaves[i], i, n, wrong) != root);
        node[31] ^= 1U;
      }
      wrong.push_back(root);
      CHECK(root_from_path(leaves[i], i, n, wrong) == std::nullopt);
      if (path.empty()) continue;
      CHECK(root_from_path(leaves[i], i, n, Nodes(path).first(path.size() - 1)) == std::nullopt);
    }
  }
  CHECK(root_from_path(all[0], 0, 0, {}) == std::nullopt);
}

TEST_CASE("Merkle tree: chunks of a power of two compose", "[domain]") {
  constexpr std::size_t kChunk = 8;
  const auto all = numbered_leaves(70);
  for (const std::size_t n : {1U, 7U, 8U, 9U, 16U, 17U, 31U, 41U, 63U, 64U, 65U, 70U}) {
    const Nodes leaves = Nodes(all).first(n);
    std::vector<Hash> roots;
    for (std::size_t at = 0; at < n; at += kChunk) {
      roots.push_back(root_of(leaves.subspan(at, std::min(kChunk, n - at))));
    }
    CHECK(root_of(roots) == naive_root(leaves));
    for (std::size_t i = 0; i < n; ++i) {
      CAPTURE(n, i);
      const std::size_t at = i / kChunk * kChunk;
      auto path = inclusion_path(leaves.subspan(at, std::min(kChunk, n - at)), i % kChunk);
      const auto above = inclusion_path(roots, i / kChunk);
      path.insert(path.end(), above.begin(), above.end());
      CHECK(path == naive_path(leaves, i));
    }
  }
}

TEST_CASE("parse_hash: takes what to_hex writes and nothing else", "[domain]") {
  const Hash hash = sha256("abc");  // FIPS 180-4's example
  const std::string text = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  CHECK(to_hex(hash) == text);
  CHECK(parse_hash(text) == hash);
  CHECK(parse_hash("BA" + text.substr(2)) == std::nullopt);
  CHECK(parse_hash(text.substr(1)) == std::nullopt);
  CHECK(parse_hash(text + "0") == std::nullopt);
  CHECK(parse_hash("g" + text.substr(1)) == std::nullopt);
  CHECK(parse_hash("") == std::nullopt);
}
