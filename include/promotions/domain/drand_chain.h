// When a drand chain (https://drand.love) has its rounds, and which of them decides a draw. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

// Round 1 is at `genesis`, then there is one each `period`.
struct DrandChain {
  std::chrono::seconds period{};
  Time genesis{};

  bool operator==(const DrandChain&) const = default;
};

// A chain that is known for good: its hash fixes the rest, so no relay has to be believed.
struct KnownDrandChain {
  std::string_view hash;  // 64 lower-case hexadecimal digits
  DrandChain chain;
  bool is_chained = false;  // does each round sign the signature of the one before?
};

// nullptr: it is not known.
const KnownDrandChain* find_known_chain(std::string_view hash);

// `round` is in 1..10^12.
Time time_of(const DrandChain& chain, std::int64_t round);

// The first round whose time is `time` or later; at least 1.
std::int64_t first_round_at(const DrandChain& chain, Time time);

// The round that decides a draw whose list was sealed at that time: the first one that is later
// than the seal and at least `draw_delay` after it, so that whoever witnesses the seal has it
// before the round exists.
std::int64_t round_of_seal(const DrandChain& chain, Time sealed_at, Millis draw_delay);

}  // namespace promotions
