// The draw: pure functions that compute the winners from published values.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "promotions/domain/sha256.h"

namespace promotions {

using Seed = std::array<unsigned char, 32>;
using Secret = std::array<unsigned char, 32>;  // made with the campaign, revealed after its draw

// SHA-256(secret). It is published with the campaign, so that nobody can choose the secret later.
Hash commitment_of(const Secret& secret);

// SHA-256("promotions/draw/v2\n" ‖ hex(seal_hash) ‖ "\n" ‖ hex(secret) ‖ "\n" ‖ value ‖ "\n"),
// where `seal_hash` is hash_of() the seal and `value` that of its beacon.
Seed draw_seed(const Hash& seal_hash, const Secret& secret, std::string_view value);

// Draws min(entrants, count) distinct indices below `entrants` and returns them in the order drawn.
//
// For j = 0, 1, 2, …: x is the first 8 bytes, big-endian, of SHA-256(seed ‖ uint64_be(j)). With
// limit = 2^64 − (2^64 mod entrants), j is skipped if x ≥ limit or if x mod entrants was drawn
// already. A draw of more indices begins with the same ones as a draw of fewer.
std::vector<std::uint64_t> choose_indices(const Seed& seed, std::uint64_t entrants,
                                          std::uint64_t count);

}  // namespace promotions
