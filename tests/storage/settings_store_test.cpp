#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

TEST_CASE("settings store: the secret is kept, and absent before", "[storage]") {
  Database database;
  CHECK_FALSE(database.read([](const Stores& stores) { return stores.settings.secret(); }));
  std::array<unsigned char, 32> secret{};
  secret.fill(0xA5);
  secret[3] = 0;
  database.write([&](Stores& stores) { stores.settings.set_secret(secret); });
  database.reopen();
  CHECK(database.read([](const Stores& stores) { return stores.settings.secret(); }) == secret);
}

TEST_CASE("settings store: the queue's pause can be set and taken back", "[storage]") {
  Database database;
  const auto is_paused = [&] {
    return database.read([](const Stores& stores) { return stores.settings.is_queue_paused(); });
  };
  CHECK_FALSE(is_paused());
  database.write([](Stores& stores) { stores.settings.set_queue_paused(true); });
  CHECK(is_paused());
  database.write([](Stores& stores) { stores.settings.set_queue_paused(false); });
  CHECK_FALSE(is_paused());
}

TEST_CASE("account store: a name is given once and listed in order", "[storage]") {
  Database database;
  const auto insert = [&](const std::string& name, const std::string& hash) {
    return database.write([&](Stores& stores) {
      return stores.accounts.insert({name, hash, ManualClock::kStart});
    });
  };
  CHECK(insert("ben", "1"));
  CHECK(insert("ana", "2"));
  CHECK_FALSE(insert("ben", "3"));
  const auto all = database.read([](const Stores& stores) { return stores.accounts.all(); });
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "ana");
  CHECK(all[1].password_hash == "1");
  CHECK(all[1].created_at == ManualClock::kStart);
  CHECK(database.write([](Stores& stores) { return stores.accounts.remove("ben"); }));
  CHECK_FALSE(database.write([](Stores& stores) { return stores.accounts.remove("ben"); }));
  CHECK_FALSE(database.read([](const Stores& stores) { return stores.accounts.find("ben"); }));
}
