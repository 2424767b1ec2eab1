// Randomness that is the same in every run.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "promotions/base/random.h"

namespace promotions {

// A sequence that looks random (SplitMix64): every fill differs from the others. Thread-safe.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::uint64_t seed = 1) : state_(seed) {}

  void fill(std::span<unsigned char> bytes) override {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i, word >>= 8U) {
      if (i % 8 == 0) word = next();
      bytes[i] = static_cast<unsigned char>(word);
    }
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_.fetch_add(0x9E3779B97F4A7C15U) + 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
  }

  std::atomic<std::uint64_t> state_;
};

// One byte over and over: 0x00 makes uniform() its least value, 0xFF its greatest.
class SameBytes final : public Random {
 public:
  explicit SameBytes(unsigned char byte) : byte_(byte) {}
  void fill(std::span<unsigned char> bytes) override {
    std::fill(bytes.begin(), bytes.end(), byte_);
  }

 private:
  const unsigned char byte_;
};

}  // namespace promotions
