// Unpredictable bytes (libsodium), passed in so that tests can choose them.
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

// The operating system's cryptographic generator.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<unsigned char> bytes) override;
};

}  // namespace promotions
