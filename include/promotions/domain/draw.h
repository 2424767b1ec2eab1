// Choosing winners: a pure function of the seed and the number of entrants.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace promotions {

using Seed = std::array<unsigned char, 32>;

// The distinct indices below `entrants`, in the order they are drawn, min(entrants, count) of them.
//
// For j = 0, 1, 2, …: x is the first 8 bytes, big-endian, of SHA-256(seed ‖ uint64_be(j)). With
// limit = 2^64 − (2^64 mod entrants), j is skipped if x ≥ limit or if x mod entrants was drawn
// already. A longer draw begins with the shorter one.
std::vector<std::uint64_t> choose_indices(const Seed& seed, std::uint64_t entrants,
                                          std::uint64_t count);

}  // namespace promotions
