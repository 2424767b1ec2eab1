#include "promotions/storage/terms_store.h"

#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

Terms some_terms(std::int64_t version, const std::string& prize) {
  Terms terms;
  terms.version = version;
  terms.at = std::chrono::floor<std::chrono::seconds>(ManualClock::kStart);
  terms.name = "Sorteo de otoño";
  terms.prizes = {{{prize}, 1}};
  return terms;
}

}  // namespace

TEST_CASE("terms: every version is kept as it was published, the newest last", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  CHECK_FALSE(database.read([&](const Stores& stores) { return stores.terms.newest(campaign); }));
  database.write([&](Stores& stores) {
    stores.terms.add(campaign, some_terms(1, "Cesta"));
    stores.terms.add(campaign, some_terms(2, "Coche"));
  });
  database.reopen();
  const auto versions =
      database.read([&](const Stores& stores) { return stores.terms.all(campaign); });
  REQUIRE(versions.size() == 2);
  CHECK(versions[0].terms == some_terms(1, "Cesta"));
  CHECK(versions[1].terms == some_terms(2, "Coche"));
  CHECK(versions[1].hash == hash_of(some_terms(2, "Coche")));
  const auto newest =
      database.read([&](const Stores& stores) { return stores.terms.newest(campaign); });
  CHECK(newest.value().terms.version == 2);
}

TEST_CASE("terms: versions come one after the other, each campaign's for itself", "[storage]") {
  Database database;
  const std::int64_t autumn = database.add_campaign();
  const std::int64_t winter = database.add_campaign("winter");
  database.write([&](Stores& stores) { stores.terms.add(autumn, some_terms(1, "Cesta")); });
  for (const std::int64_t version : {0, 1, 3}) {
    CAPTURE(version);
    CHECK_THROWS(database.write(
        [&](Stores& stores) { stores.terms.add(autumn, some_terms(version, "Coche")); }));
  }
  database.write([&](Stores& stores) { stores.terms.add(winter, some_terms(1, "Coche")); });
  CHECK(database.read([&](const Stores& stores) { return stores.terms.all(autumn).size(); }) == 1);
}

TEST_CASE("terms: rules are found by their hash, and are kept once", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  database.write([&](Stores& stores) {
    stores.terms.add(campaign, some_terms(1, "Cesta"), "Art. 1");
    stores.terms.add(campaign, some_terms(2, "Coche"), "Art. 2");
    stores.terms.add(campaign, some_terms(3, "Cesta"), "Art. 1");
    stores.terms.add(campaign, some_terms(4, "Coche"));
  });
  const auto rules = [&](const std::string& text) {
    return database.read(
        [&](const Stores& stores) { return stores.terms.rules(campaign, sha256(text)); });
  };
  CHECK(rules("Art. 1") == "Art. 1");
  CHECK(rules("Art. 2") == "Art. 2");
  CHECK_FALSE(rules("Art. 3"));
}

TEST_CASE("terms: they go with their campaign", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  database.write([&](Stores& stores) {
    stores.terms.add(campaign, some_terms(1, "Cesta"), "Art. 1");
    stores.campaigns.retire(campaign);
    stores.campaigns.purge(campaign);
  });
  CHECK(database.read([&](const Stores& stores) { return stores.terms.all(campaign).empty(); }));
}
