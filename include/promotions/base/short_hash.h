// A keyed hash of 64 bits for tables in memory and on disk. Without the key nobody can choose texts
// that collide (SipHash-2-4, Aumasson and Bernstein 2012; libsodium).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace promotions {

using ShortHashKey = std::array<unsigned char, 16>;

// Gives the same result on every machine, so it may be stored.
std::uint64_t short_hash(const ShortHashKey& key, std::string_view text);

}  // namespace promotions
