// SHA-256 (FIPS 180-4), all that the draw's records are made of.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace promotions {

using Hash = std::array<unsigned char, 32>;

Hash sha256(std::span<const unsigned char> bytes);
Hash sha256(std::string_view text);

// The 64 lower-case hexadecimal digits that to_hex() writes, and nothing else.
std::optional<Hash> parse_hash(std::string_view text);

}  // namespace promotions
