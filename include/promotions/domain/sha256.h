// SHA-256 (FIPS 180-4), the only hash in the records of a draw. Pure functions.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace promotions {

using Hash = std::array<unsigned char, 32>;

Hash sha256(std::span<const unsigned char> bytes);
Hash sha256(std::string_view text);

// Reads the 64 lower-case hexadecimal digits that to_hex() writes. Returns nullopt for anything
// else.
std::optional<Hash> parse_hash(std::string_view text);

}  // namespace promotions
