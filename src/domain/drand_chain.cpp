#include "promotions/domain/drand_chain.h"

#include <algorithm>
#include <array>

namespace promotions {
namespace {

using std::chrono::seconds;

// Those of the League of Entropy, as https://api.drand.sh/CHAIN/info tells. Every verifier of draws
// knows these, and no others.
constexpr std::array<KnownDrandChain, 2> kKnownChains{{
    // quicknet
    {"52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
     {seconds(3), Time(seconds(1'692'803'367))},
     false},
    // default
    {"8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce",
     {seconds(30), Time(seconds(1'595'431'050))},
     true},
}};

}  // namespace

const KnownDrandChain* find_known_chain(std::string_view hash) {
  const auto* const known =
      std::find_if(kKnownChains.begin(), kKnownChains.end(),
                   [&](const KnownDrandChain& candidate) { return candidate.hash == hash; });
  return known == kKnownChains.end() ? nullptr : known;
}

Time time_of(const DrandChain& chain, std::int64_t round) {
  return chain.genesis + (round - 1) * chain.period;
}

std::int64_t first_round_at(const DrandChain& chain, Time time) {
  if (time <= chain.genesis) return 1;
  const Millis period = chain.period;
  const Millis elapsed = time - chain.genesis;
  return 1 + elapsed / period + (elapsed % period == Millis{0} ? 0 : 1);
}

std::int64_t round_of_seal(const DrandChain& chain, Time sealed_at, Millis draw_delay) {
  // Times are whole milliseconds, so what is later is later by one at least.
  return first_round_at(chain, sealed_at + std::max(draw_delay, Millis{1}));
}

}  // namespace promotions
