// What a fuzz target finds wrong ends it, so that libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace promotions::fuzz {

inline void require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

}  // namespace promotions::fuzz
