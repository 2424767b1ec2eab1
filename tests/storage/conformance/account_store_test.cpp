#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

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
