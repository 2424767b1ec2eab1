#include "promotions/domain/draw.h"

#include <sodium.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_set>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

// The sequence of numbers x_0, x_1, x_2, … that a seed determines.
class Stream {
 public:
  explicit Stream(const Seed& seed) { std::copy(seed.begin(), seed.end(), input_.begin()); }

  std::uint64_t next() {
    // The input is seed ‖ j; only j, as 8 bytes big-endian, changes.
    std::uint64_t j = next_++;
    for (std::size_t i = input_.size(); i > kSeedSize; j >>= 8U) {
      input_[--i] = static_cast<unsigned char>(j);
    }
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), input_.data(), input_.size());
    std::uint64_t x = 0;
    for (std::size_t i = 0; i < 8; ++i) x = x << 8U | hash[i];
    return x;
  }

 private:
  static constexpr std::size_t kSeedSize = std::tuple_size_v<Seed>;
  std::array<unsigned char, kSeedSize + 8> input_{};
  std::uint64_t next_ = 0;
};

// Remembers which indices were drawn: with a bit for each entrant, or with a set where the bits
// would take more memory. Either way memory grows with the number drawn, not with the entrants.
class Drawn {
 public:
  Drawn(std::uint64_t entrants, std::uint64_t count) {
    constexpr std::uint64_t kBitsPerIndex = 64;  // an index in the set takes at least this
    if (entrants / kBitsPerIndex <= count) bits_.resize(entrants);
  }

  // Returns false if `index` was drawn already.
  bool insert(std::uint64_t index) {
    if (bits_.empty()) return set_.insert(index).second;
    if (bits_[index]) return false;
    bits_[index] = true;
    return true;
  }

 private:
  std::vector<bool> bits_;
  std::unordered_set<std::uint64_t> set_;
};

}  // namespace

Hash commitment_of(const Secret& secret) {
  return sha256(secret);
}

Seed draw_seed(const Hash& seal_hash, const Secret& secret, std::string_view value) {
  std::string text = "promotions/draw/v2\n";
  text.append(to_hex(seal_hash)).append("\n");
  text.append(to_hex(secret)).append("\n");
  text.append(value).append("\n");
  return sha256(text);
}

std::vector<std::uint64_t> choose_indices(const Seed& seed, std::uint64_t entrants,
                                          std::uint64_t count) {
  std::vector<std::uint64_t> indices;
  count = std::min(entrants, count);
  if (count == 0) return indices;
  indices.reserve(count);

  // x mod entrants would favour low indices if the last, incomplete run of x counted, so every x
  // from `limit` on is skipped. This is limit − 1: limit itself is 2^64 if entrants is a power of
  // two, which does not fit in 64 bits.
  const std::uint64_t remainder = (0 - entrants) % entrants;  // 2^64 mod entrants
  const std::uint64_t last_fair = std::numeric_limits<std::uint64_t>::max() - remainder;

  Stream stream(seed);
  Drawn drawn(entrants, count);
  // This ends, because count is at most entrants. If all are drawn, it takes about
  // entrants · ln(entrants) steps.
  while (indices.size() < count) {
    const std::uint64_t x = stream.next();
    if (x > last_fair) continue;
    const std::uint64_t index = x % entrants;
    if (drawn.insert(index)) indices.push_back(index);
  }
  return indices;
}

}  // namespace promotions
