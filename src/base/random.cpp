#include "promotions/base/random.h"

#include <sodium.h>

#include <algorithm>
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

namespace {

// A system call for the few bytes of each request would cost too much, so each thread fetches some
// ahead. Each byte is given out once and then wiped.
class Reserve {
 public:
  static constexpr std::size_t kBytes = 1024;

  void take(std::span<unsigned char> bytes) {
    if (bytes.size() > left_) {  // the bytes that are left are replaced, too
      randombytes_buf(bytes_.data(), bytes_.size());
      left_ = bytes_.size();
    }
    left_ -= bytes.size();
    const std::span<unsigned char> given = std::span(bytes_).subspan(left_, bytes.size());
    std::copy(given.begin(), given.end(), bytes.begin());
    sodium_memzero(given.data(), given.size());
  }

 private:
  std::array<unsigned char, kBytes> bytes_{};
  std::size_t left_ = 0;
};

constexpr std::size_t kFew = 16;  // bytes: ids and nonces; secrets are longer

}  // namespace

void SystemRandom::fill(std::span<unsigned char> bytes) {
  thread_local Reserve reserve;
  if (bytes.size() <= kFew) return reserve.take(bytes);
  randombytes_buf(bytes.data(), bytes.size());
}

}  // namespace promotions
