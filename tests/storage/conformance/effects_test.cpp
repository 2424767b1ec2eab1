// What a commit tells those who listen.
#include <algorithm>
#include <functional>
#include <stdexcept>

#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// What one write causes.
Effects effects_of(Database& database, const std::function<void(Stores&)>& write) {
  Effects heard;
  const CommitListener listener =
      database.storage->listen([&](const Effects& effects) { heard = effects; });
  database.write([&](Stores& stores) { write(stores); });
  return heard;
}

Draw some_draw() {
  Draw draw;
  draw.entrants = 1;
  draw.root = Hash{};
  return draw;
}

}  // namespace

TEST_CASE("effects: a job that is queued can be run, one that is done adds none", "[storage]") {
  Database database;
  const Time now = ManualClock::kStart;
  std::int64_t id = 0;
  CHECK(effects_of(database, [&](Stores& stores) {
          id = stores.jobs.enqueue({.lane = "mail", .kind = "test"}, now);
        }).jobs_added);
  CHECK_FALSE(effects_of(database, [&](Stores& stores) { stores.jobs.cancel(id, now); }).any());
  CHECK(effects_of(database, [&](Stores& stores) { stores.jobs.retry(id, now); }).jobs_added);
  CHECK_FALSE(effects_of(database, [&](Stores& stores) { stores.jobs.retry(id + 1, now); }).any());
}

TEST_CASE("effects: the end of a pause lets jobs run, its beginning does not", "[storage]") {
  Database database;
  CHECK_FALSE(
      effects_of(database, [](Stores& stores) { stores.settings.set_queue_paused(true); }).any());
  CHECK(effects_of(database, [](Stores& stores) {
          stores.settings.set_queue_paused(false);
        }).jobs_added);
}

TEST_CASE("effects: a campaign that is new, changed or gone is named", "[storage]") {
  Database database;
  const Time now = ManualClock::kStart;
  std::int64_t id = 0;
  const auto named = [&](const std::function<void(Stores&)>& write) {
    const auto campaigns = effects_of(database, write).campaigns;
    return std::find(campaigns.begin(), campaigns.end(), id) != campaigns.end();
  };
  CHECK(named([&](Stores& stores) {
    id = stores.campaigns.insert("autumn", sample_settings(), now).value();
  }));
  CHECK(named([&](Stores& stores) { stores.campaigns.update(id, sample_settings()); }));
  CHECK(named([&](Stores& stores) { stores.campaigns.set_finishing(id, now); }));
  CHECK(named([&](Stores& stores) { stores.draws.insert(id, some_draw()); }));
  CHECK(named([&](Stores& stores) { stores.campaigns.set_finished(id, now); }));
  CHECK(named([&](Stores& stores) { stores.campaigns.retire(id); }));
  CHECK_FALSE(named([&](Stores& stores) {
    CHECK_FALSE(stores.campaigns.insert("autumn", sample_settings(), now) == id);
  }));
}

TEST_CASE("effects: what somebody may want to be gone is told once it is", "[storage]") {
  Database database;
  const Time now = ManualClock::kStart;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t id = database.add_subscriber(campaign, "ana@example.org");
  CHECK(effects_of(database, [&](Stores& stores) {
          stores.subscribers.erase(id, false, now);
        }).data_erased);
  database.write([&](Stores& stores) { stores.accounts.insert({"ana", "hash", now}); });
  CHECK(effects_of(database, [](Stores& stores) {
          stores.accounts.set_password("ana", "other");
        }).data_erased);
  CHECK_FALSE(effects_of(database, [](Stores& stores) { stores.accounts.remove("nobody"); }).any());
}

TEST_CASE("effects: a write that fails has none, its neighbours keep theirs", "[storage]") {
  Database database;
  Effects heard;
  const CommitListener listener =
      database.storage->listen([&](const Effects& effects) { heard = effects; });
  CHECK_THROWS(database.write([](Stores& stores) {
    stores.jobs.enqueue({.lane = "mail", .kind = "test"}, ManualClock::kStart);
    throw std::runtime_error("no luck");
  }));
  CHECK_FALSE(heard.any());
}

TEST_CASE("effects: whoever has stopped listening is not called", "[storage]") {
  Database database;
  int heard = 0;
  CommitListener listener = database.storage->listen([&](const Effects&) { ++heard; });
  database.add_campaign("one");
  CHECK(heard == 1);
  listener.reset();
  database.add_campaign("two");
  CHECK(heard == 1);
}
