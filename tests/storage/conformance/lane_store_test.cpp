#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

TEST_CASE("lanes: each is kept as it was said last, by name", "[storage]") {
  Database database;
  const Time now = ManualClock::kStart;
  const LaneStatus mail{.name = "mail",
                        .state = LaneState::stopped,
                        .reason = "535 wrong password",
                        .since = now,
                        .until = now + Millis{5},
                        .sessions = 2};
  database.write([&](Stores& stores) {
    LaneStatus other;
    other.name = "work";
    stores.lanes.set(other);
    other.name = "mail";
    stores.lanes.set(other);
    stores.lanes.set(mail);
  });
  const auto all = [&] { return database.read([](const Stores& s) { return s.lanes.all(); }); };
  REQUIRE(all().size() == 2);
  CHECK(all()[0] == mail);
  CHECK(all()[1].name == "work");
  database.write([](Stores& stores) { stores.lanes.set_all_working(); });
  CHECK(all()[0].state == LaneState::working);
}
