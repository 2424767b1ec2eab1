#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr Millis kHour = std::chrono::hours(1);

std::int64_t add(Database& database, std::int64_t subscriber, const std::string& name,
                 Time mailed_at = kNow) {
  return database.write([&](Stores& stores) {
    return stores.variants.insert({.subscriber_id = subscriber,
                                   .data = "{\"name\":\"" + name + "\"}",
                                   .locale = "en",
                                   .created_at = kNow,
                                   .mailed_at = mailed_at});
  });
}

std::vector<std::int64_t> ids(Database& database, std::int64_t subscriber, Time since = Time{}) {
  std::vector<std::int64_t> found;
  for (const SignUpVariant& variant : database.read(
           [&](const Stores& stores) { return stores.variants.list(subscriber, since); })) {
    found.push_back(variant.id);
  }
  return found;
}

}  // namespace

TEST_CASE("variant store: what was given is kept, of each subscriber its own", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  const std::int64_t ben = database.add_subscriber(campaign, "ben@example.org");
  const std::int64_t first = add(database, ana, "Ana");
  const std::int64_t second = add(database, ana, "Anna", kNow + kHour);
  const std::int64_t other = add(database, ben, "Ben");
  CHECK(ids(database, ana) == std::vector{first, second});
  CHECK(ids(database, ana, kNow) == std::vector{second});
  CHECK(ids(database, ben) == std::vector{other});
  const SignUpVariant found =
      database.read([&](const Stores& stores) { return stores.variants.find(second).value(); });
  CHECK(found.subscriber_id == ana);
  CHECK(found.data == R"({"name":"Anna"})");
  CHECK(found.locale == "en");
  CHECK(found.created_at == kNow);
  CHECK(found.mailed_at == kNow + kHour);
  database.write([&](Stores& stores) { stores.variants.set_mailed(first, kNow + 2 * kHour); });
  CHECK(ids(database, ana, kNow + kHour) == std::vector{first});
}

TEST_CASE("variant store: they go together, with their time, and with their subscriber",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  const std::int64_t ben = database.add_subscriber(campaign, "ben@example.org");
  const std::int64_t carl = database.add_subscriber(campaign, "carl@example.org");
  add(database, ana, "Ana");
  add(database, ana, "Anna", kNow + kHour);
  add(database, ben, "Ben", kNow + kHour);
  const std::int64_t later = add(database, ben, "Benno", kNow + 2 * kHour);
  add(database, carl, "Carl");
  database.write([&](Stores& stores) { stores.variants.remove_all(ana); });
  CHECK(ids(database, ana).empty());
  database.write([&](Stores& stores) { stores.subscribers.erase(carl, false); });
  CHECK(ids(database, carl).empty());
  database.write([&](Stores& stores) {
    CHECK(stores.variants.prune(kNow + kHour, 10) == 1);
    CHECK(stores.variants.prune(kNow + kHour, 10) == 0);
  });
  CHECK(ids(database, ben) == std::vector{later});
  database.reopen();
  database.write([&](Stores& stores) { CHECK(stores.variants.prune(kNow + 9 * kHour, 10) == 1); });
  const std::int64_t next = add(database, ben, "Ben");
  CHECK(next > later + 1);  // a number never comes again
}
