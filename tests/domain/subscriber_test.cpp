#include "promotions/domain/subscriber.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("subscriber: pending until verified", "[domain]") {
  Subscriber subscriber;
  CHECK(subscriber.state() == SubscriberState::pending);
  subscriber.verified_at = Time{};
  CHECK(subscriber.state() == SubscriberState::verified);
}

TEST_CASE("subscriber: states are read as they are written", "[domain]") {
  for (const auto state : {SubscriberState::pending, SubscriberState::verified}) {
    CHECK(parse_subscriber_state(to_text(state)) == state);
  }
  CHECK_FALSE(parse_subscriber_state("Pending"));
  CHECK_FALSE(parse_subscriber_state(""));
}
