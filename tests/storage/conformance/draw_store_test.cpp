#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;

// A campaign whose list is sealed, with one winner and one alternate.
struct Sealed : Database {
  Sealed() {
    write([&](Stores& stores) {
      Draw draw;
      draw.entrants = 2;
      draw.winners = 1;
      draw.alternates = 1;
      draw.root.emplace().fill(7);
      draw.sealed_at = kNow;
      draw.beacon.kind = BeaconKind::public_source;
      draw.beacon.source = "the lottery";
      draw.beacon.format = "99999";
      draw.beacon.known_from = kNow + std::chrono::hours(1);
      draw.excluded = 3;
      draw.disqualified = 4;
      stores.draws.insert(campaign, draw);
    });
  }

  void draw() {
    write([&](Stores& stores) {
      stores.draws.insert_drawn(campaign, row(1, true, ana));
      stores.draws.insert_drawn(campaign, row(2, false, eva));
    });
  }

  static Drawn row(int position, bool winner, std::int64_t subscriber) {
    Drawn drawn;
    drawn.position = position;
    drawn.winner = winner;
    drawn.ticket = position;
    drawn.subscriber_id = subscriber;
    drawn.entrant = position - 1;
    return drawn;
  }

  Drawn at(int position) {
    return read([&](const Stores& stores) {
      return stores.draws.drawn(campaign).at(static_cast<std::size_t>(position) - 1);
    });
  }

  const std::int64_t campaign = add_campaign();
  const std::int64_t ana = add_subscriber(campaign, "ana@example.org");
  const std::int64_t eva = add_subscriber(campaign, "eva@example.org");
};

}  // namespace

TEST_CASE("draws: a seal is read as it was stored, and has no result yet", "[storage]") {
  Sealed sealed;
  const auto draw =
      sealed.read([&](const Stores& stores) { return stores.draws.find(sealed.campaign); });
  REQUIRE(draw);
  CHECK(draw->entrants == 2);
  CHECK(draw->winners == 1);
  CHECK(draw->alternates == 1);
  CHECK(draw->root.value().front() == 7);
  CHECK(draw->sealed_at == kNow);
  CHECK(draw->beacon.source == "the lottery");
  CHECK(draw->beacon.format == "99999");
  CHECK(draw->beacon.known_from == kNow + std::chrono::hours(1));
  CHECK(draw->excluded == 3);
  CHECK(draw->disqualified == 4);
  CHECK_FALSE(draw->said);
  CHECK_FALSE(draw->seed);
  CHECK_FALSE(sealed.read([](const Stores& stores) { return stores.draws.find(99); }));
}

TEST_CASE("draws: the result is added to the seal", "[storage]") {
  Sealed sealed;
  Seed seed{};
  seed.fill(9);
  sealed.write([&](Stores& stores) {
    stores.draws.set_result(sealed.campaign, {"17", "ab", "cd"}, seed);
  });
  const auto draw =
      sealed.read([&](const Stores& stores) { return stores.draws.find(sealed.campaign); });
  REQUIRE(draw->said);
  CHECK(draw->said->value == "17");
  CHECK(draw->said->signature == "ab");
  CHECK(draw->said->previous_signature == "cd");
  CHECK(draw->seed == seed);
}

TEST_CASE("draws: who was drawn is listed by position, with the address while there is one",
          "[storage]") {
  Sealed sealed;
  sealed.draw();
  CHECK(sealed.at(1).winner);
  CHECK(sealed.at(1).email == "ana@example.org");
  CHECK_FALSE(sealed.at(2).winner);
  CHECK(state_of(sealed.at(1)) == PrizeState::pending);
  CHECK(state_of(sealed.at(2)) == PrizeState::waiting);
  sealed.write([&](Stores& stores) { stores.subscribers.erase(sealed.ana, true, kNow); });
  CHECK(sealed.at(1).email.empty());
  CHECK(sealed.at(1).ticket == 1);
  const auto found = sealed.read(
      [&](const Stores& stores) { return stores.draws.drawn(sealed.campaign, sealed.eva); });
  REQUIRE(found);
  CHECK(found->position == 2);
}

TEST_CASE("draws: what became of a winner's mail is kept, and cleared", "[storage]") {
  Sealed sealed;
  sealed.draw();
  sealed.write([&](Stores& stores) { stores.draws.set_notified(sealed.campaign, 1, kNow); });
  CHECK(state_of(sealed.at(1)) == PrizeState::notified);
  sealed.write([&](Stores& stores) { stores.draws.clear_notice(sealed.campaign, 1); });
  CHECK(state_of(sealed.at(1)) == PrizeState::pending);
  sealed.write([&](Stores& stores) {
    Drawn lost = Sealed::row(1, true, sealed.ana);
    lost.unreachable_at = kNow;
    lost.unreachable = JobEnding::refused;
    lost.unreachable_reason = "550 no";
    lost.unreachable_job = 12;
    stores.draws.set_unreachable(sealed.campaign, lost);
  });
  const Drawn lost = sealed.at(1);
  CHECK(state_of(lost) == PrizeState::unreachable);
  CHECK(lost.unreachable == JobEnding::refused);
  CHECK(lost.unreachable_reason == "550 no");
  CHECK(lost.unreachable_job == 12);
}

TEST_CASE("draws: a claim is kept with its time", "[storage]") {
  Sealed sealed;
  sealed.draw();
  sealed.write([&](Stores& stores) {
    stores.draws.set_claim_until(sealed.campaign, 1, kNow + Millis{5});
    stores.draws.set_claimed(sealed.campaign, 1, kNow + Millis{3});
  });
  CHECK(sealed.at(1).claim_until == kNow + Millis{5});
  CHECK(sealed.at(1).claimed_at == kNow + Millis{3});
  CHECK(state_of(sealed.at(1)) == PrizeState::claimed);
}

TEST_CASE("draws: events are numbered, and change whose prize it is", "[storage]") {
  Sealed sealed;
  sealed.draw();
  DrawEvent event;
  event.at = kNow;
  event.position = 1;
  event.reason = "two entries";
  event.promoted = 2;
  CHECK(sealed.write(
            [&](Stores& stores) { return stores.draws.add_event(sealed.campaign, event); }) == 1);
  event.position = 2;
  event.promoted.reset();
  event.kind = DrawEventKind::unclaimed;
  CHECK(sealed.write(
            [&](Stores& stores) { return stores.draws.add_event(sealed.campaign, event); }) == 2);
  const auto events =
      sealed.read([&](const Stores& stores) { return stores.draws.events(sealed.campaign); });
  REQUIRE(events.size() == 2);
  CHECK(events[0].reason == "two entries");
  CHECK(events[0].promoted == 2);
  CHECK_FALSE(events[1].promoted);
  CHECK(state_of(sealed.at(1)) == PrizeState::disqualified);
  CHECK(sealed.at(2).is_promoted);
  CHECK(state_of(sealed.at(2)) == PrizeState::passed_on);
}

TEST_CASE("draws: up to which ticket the others were told is remembered", "[storage]") {
  Sealed sealed;
  const auto told = [&] {
    return sealed.read(
        [&](const Stores& stores) { return stores.draws.told_until(sealed.campaign); });
  };
  CHECK(told() == 0);
  sealed.write([&](Stores& stores) { stores.draws.set_told_until(sealed.campaign, 500); });
  CHECK(told() == 500);
}
