#include "promotions/base/random.h"

#include <sodium.h>

#include <array>
#include <bit>
#include <stdexcept>

namespace promotions {

double Random::uniform() {
  std::array<unsigned char, 8> bytes{};
  fill(bytes);
  const auto bits = std::bit_cast<std::uint64_t>(bytes);
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;  // a double holds 53 bits
}

SystemRandom::SystemRandom() {
  if (sodium_init() < 0) throw std::runtime_error("libsodium: no source of randomness");
}

void SystemRandom::fill(std::span<unsigned char> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace promotions
