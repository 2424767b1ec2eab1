#include "promotions/base/short_hash.h"

#include <sodium.h>

#include <tuple>

namespace promotions {

std::uint64_t short_hash(const ShortHashKey& key, std::string_view text) {
  static_assert(std::tuple_size_v<ShortHashKey> == crypto_shorthash_KEYBYTES);
  std::array<unsigned char, crypto_shorthash_BYTES> bytes{};
  crypto_shorthash(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                   key.data());
  std::uint64_t hash = 0;  // the bytes read as little-endian, whatever the machine's order
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte) hash = hash << 8U | *byte;
  return hash;
}

}  // namespace promotions
