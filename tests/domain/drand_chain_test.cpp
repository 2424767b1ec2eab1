#include "promotions/domain/drand_chain.h"

#include "domain/sample_draw.h"
#include "support/catch.h"

using namespace promotions;
using namespace std::chrono_literals;

TEST_CASE("drand chains: rounds are counted from 1 at genesis", "[domain]") {
  const DrandChain chain{30s, Time{1'700'000'000s}};
  const auto first = [&](Millis after_genesis) {
    return first_round_at(chain, chain.genesis + after_genesis);
  };
  CHECK(first(-100h) == 1);
  CHECK(first(0ms) == 1);
  CHECK(first(1ms) == 2);
  CHECK(first(30s) == 2);
  CHECK(first(30'001ms) == 3);
  CHECK(time_of(chain, 1) == chain.genesis);
  CHECK(time_of(chain, 3) == chain.genesis + 60s);
}

TEST_CASE("drand chains: the first round at a time is the one whose time is not before it",
          "[domain]") {
  for (const std::chrono::seconds period : {1s, 3s, 30s, 3600s}) {
    const DrandChain chain{period, Time{1'692'803'367s}};
    for (Millis after{-5'000}; after < 4 * Millis(period); after += 250ms) {
      const Time time = chain.genesis + after;
      const std::int64_t round = first_round_at(chain, time);
      const bool is_first =
          time_of(chain, round) >= time && (round == 1 || time_of(chain, round - 1) < time);
      if (!is_first) FAIL(period.count() << " s, " << after.count() << " ms: round " << round);
    }
  }
}

TEST_CASE("drand chains: a round of quicknet as others count it", "[domain]") {
  const KnownDrandChain* quicknet = find_known_chain(kQuicknet);
  REQUIRE(quicknet != nullptr);
  const Time midnight{1'776'643'200s};
  CHECK(first_round_at(quicknet->chain, midnight) == 27'946'612);
  CHECK(time_of(quicknet->chain, 27'946'612) == midnight);
  CHECK(time_of(quicknet->chain, 1'000'000'000'000) > midnight);
  CHECK_FALSE(quicknet->is_chained);
}

TEST_CASE("drand chains: two are known, and no others", "[domain]") {
  REQUIRE(find_known_chain(kDefaultChain) != nullptr);
  CHECK(find_known_chain(kDefaultChain)->chain == DrandChain{30s, Time{1'595'431'050s}});
  CHECK(find_known_chain(kDefaultChain)->is_chained);
  CHECK(find_known_chain(std::string(64, 'c')) == nullptr);
  CHECK(find_known_chain("") == nullptr);
}

TEST_CASE("drand chains: a seal's round is later than the seal, and its delay after it",
          "[domain]") {
  const DrandChain chain{30s, Time{1'700'000'000s}};
  const auto round = [&](std::chrono::seconds after_genesis, Millis delay) {
    return round_of_seal(chain, chain.genesis + after_genesis, delay);
  };
  CHECK(round(0s, 0s) == 2);  // round 1 is at that very time
  CHECK(round(1s, 0s) == 2);
  CHECK(round(29s, 0s) == 2);
  CHECK(round(30s, 0s) == 3);
  CHECK(round(0s, 30s) == 2);  // at the delay's end is late enough
  CHECK(round(0s, 31s) == 3);
  CHECK(round(1s, 30s) == 3);
  CHECK(round(-60s, 0s) == 1);
  CHECK(round(-60s, 60s) == 1);
  CHECK(round(0s, 168h) == 7 * 24 * 120 + 1);
}
