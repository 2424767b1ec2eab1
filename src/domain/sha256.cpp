#include "promotions/domain/sha256.h"

#include <sodium.h>

namespace promotions {
namespace {

static_assert(std::tuple_size_v<Hash> == crypto_hash_sha256_BYTES);

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Hash sha256(std::span<const unsigned char> bytes) {
  Hash hash{};
  crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
  return hash;
}

Hash sha256(std::string_view text) {
  return sha256(std::span(reinterpret_cast<const unsigned char*>(text.data()), text.size()));
}

std::optional<Hash> parse_hash(std::string_view text) {
  Hash hash{};
  if (text.size() != hash.size() * 2) return std::nullopt;
  for (std::size_t i = 0; i < hash.size(); ++i) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    hash[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return hash;
}

}  // namespace promotions
