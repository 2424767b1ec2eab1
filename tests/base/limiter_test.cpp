#include "promotions/base/limiter.h"

#include <chrono>

#include "support/catch.h"
#include "support/fixed_random.h"
#include "support/manual_clock.h"

using namespace promotions;

namespace {

constexpr Millis kSecond = std::chrono::seconds(1);
constexpr Millis kMinute = std::chrono::minutes(1);

struct Bench {
  ManualClock clock;
  FixedRandom random;
};

}  // namespace

TEST_CASE("limiter: so many at once, and so many more in a minute", "[base]") {
  Bench bench;
  Limiter limiter(bench.clock, bench.random, 6);
  for (int i = 0; i < 6; ++i) CHECK_FALSE(limiter.take("a"));
  CHECK(limiter.take("a") == 10 * kSecond);
  CHECK(limiter.check("a") == 10 * kSecond);
  CHECK_FALSE(limiter.take("b"));
  bench.clock.advance(10 * kSecond - Millis{1});
  CHECK(limiter.take("a") == Millis{1});
  bench.clock.advance(Millis{1});
  CHECK_FALSE(limiter.check("a"));
  CHECK_FALSE(limiter.take("a"));
  CHECK(limiter.take("a") == 10 * kSecond);
  bench.clock.advance(100 * kMinute);  // no more than a minute's worth is saved
  for (int i = 0; i < 6; ++i) CHECK_FALSE(limiter.take("a"));
  CHECK(limiter.take("a"));
}

TEST_CASE("limiter: looking takes nothing and needs no memory", "[base]") {
  Bench bench;
  Limiter limiter(bench.clock, bench.random, 1);
  for (int i = 0; i < 10; ++i) CHECK_FALSE(limiter.check("a"));
  CHECK(limiter.is_untouched("a"));
  CHECK(limiter.size() == 0);
  CHECK_FALSE(limiter.take("a"));
  CHECK(limiter.check("a"));
  CHECK(limiter.size() == 1);
}

TEST_CASE("limiter: a key is touched until a minute after it last took one", "[base]") {
  Bench bench;
  Limiter limiter(bench.clock, bench.random, 60);  // which has regained it after a second
  CHECK_FALSE(limiter.take("a"));
  CHECK_FALSE(limiter.is_untouched("a"));
  CHECK(limiter.is_untouched("b"));
  bench.clock.advance(kMinute - Millis{1});
  CHECK_FALSE(limiter.is_untouched("a"));
  bench.clock.advance(Millis{1});
  CHECK(limiter.is_untouched("a"));
}

TEST_CASE("limiter: a clock that is set back neither gives nor takes", "[base]") {
  Bench bench;
  Limiter limiter(bench.clock, bench.random, 1);
  CHECK_FALSE(limiter.take("a"));
  bench.clock.advance(-60 * kMinute);
  CHECK(limiter.take("a") == kMinute);
  bench.clock.advance(kMinute);
  CHECK_FALSE(limiter.take("a"));
}

TEST_CASE("limiter: with 0 there is no limit", "[base]") {
  Bench bench;
  Limiter limiter(bench.clock, bench.random, 0);
  for (int i = 0; i < 1000; ++i) CHECK_FALSE(limiter.take("a"));
  CHECK_FALSE(limiter.check("a"));
  CHECK(limiter.is_untouched("a"));
  CHECK(limiter.size() == 0);
}

TEST_CASE("limiter: many keys take bounded memory; the longest unused is forgotten", "[base]") {
  Bench bench;
  Limiter limiter(bench.clock, bench.random, 1, 100);
  CHECK_FALSE(limiter.take("busy"));
  for (int i = 0; i < 1000; ++i) {
    CHECK_FALSE(limiter.take("key" + std::to_string(i)));
    CHECK(limiter.take("busy"));  // never forgotten, however many others come
  }
  CHECK(limiter.size() == 100);
  CHECK_FALSE(limiter.take("key0"));  // forgotten
  CHECK(limiter.take("key999"));
}
