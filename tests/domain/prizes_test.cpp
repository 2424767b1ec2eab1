#include "promotions/domain/prizes.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("prizes: one that is taken back goes to the first alternate that waits", "[domain]") {
  Prizes prizes(2, 4);
  CHECK(prizes.has(2));
  CHECK_FALSE(prizes.has(3));
  CHECK(prizes.disqualify(1) == 3);
  CHECK(prizes.has(3));
  CHECK_FALSE(prizes.has(1));
  CHECK_FALSE(prizes.may_be_disqualified(1));
  CHECK(prizes.disqualify(3) == 4);
  CHECK_FALSE(prizes.disqualify(4));
  CHECK(prizes.has(2));
}

TEST_CASE("prizes: an alternate that is disqualified while it waits is passed over", "[domain]") {
  Prizes prizes(1, 3);
  CHECK(prizes.may_be_disqualified(2));
  CHECK_FALSE(prizes.disqualify(2));
  CHECK_FALSE(prizes.may_be_disqualified(2));
  CHECK(prizes.disqualify(1) == 3);
}

TEST_CASE("prizes: with fewer drawn than prizes nobody waits", "[domain]") {
  Prizes prizes(5, 2);
  CHECK(prizes.has(2));
  CHECK_FALSE(prizes.may_be_disqualified(3));
  CHECK_FALSE(prizes.disqualify(1));
}
