#include "promotions/queue/retry_policy.h"

#include "support/catch.h"
#include "support/fixed_random.h"

using namespace promotions;

namespace {

const RetryPolicy kPolicy{Millis{60'000}, Millis{4'000'000}};

}  // namespace

TEST_CASE("retry policy: doubles from its least to its greatest delay", "[queue]") {
  SameBytes least(0x00);
  CHECK(kPolicy.delay(1, least) == Millis{51'000});
  CHECK(kPolicy.delay(2, least) == Millis{102'000});
  CHECK(kPolicy.delay(3, least) == Millis{204'000});
  CHECK(kPolicy.delay(7, least) == Millis{3'264'000});
  CHECK(kPolicy.delay(8, least) == Millis{3'400'000});
  CHECK(kPolicy.delay(9, least) == Millis{3'400'000});
}

TEST_CASE("retry policy: spreads by at most 15 % either way", "[queue]") {
  SameBytes greatest(0xFF);
  CHECK(kPolicy.delay(1, greatest) == Millis{69'000});
  FixedRandom random;
  Millis low = kPolicy.delay(1, random);
  Millis high = low;
  for (int i = 0; i < 1000; ++i) {
    const Millis delay = kPolicy.delay(1, random);
    low = std::min(low, delay);
    high = std::max(high, delay);
  }
  CHECK(low >= Millis{51'000});
  CHECK(low < Millis{52'000});
  CHECK(high > Millis{68'000});
  CHECK(high <= Millis{69'000});
}

TEST_CASE("retry policy: any number of attempts is safe", "[queue]") {
  SameBytes least(0x00);
  CHECK(kPolicy.delay(0, least) == Millis{51'000});
  CHECK(kPolicy.delay(-5, least) == Millis{51'000});
  CHECK(kPolicy.delay(5000, least) == Millis{3'400'000});
}
