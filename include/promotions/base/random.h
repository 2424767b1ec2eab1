// A source of unpredictable bytes (libsodium). It is passed in, so that tests can choose the bytes.
#pragma once

#include <cstdint>
#include <span>

namespace promotions {

// Implementations are thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<unsigned char> bytes) = 0;

  // Uniform in [0, 1); for jitter, not for the draw.
  double uniform();
};

// The operating system's cryptographic generator. The constructor throws std::runtime_error if
// there is none.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<unsigned char> bytes) override;
};

}  // namespace promotions
