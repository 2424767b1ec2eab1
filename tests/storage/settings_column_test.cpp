// The settings of a campaign in their column: what another program wrote there.
#include <SQLiteCpp/SQLiteCpp.h>

#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

TEST_CASE("campaign store: settings of a newer program stay, and are not guessed at", "[storage]") {
  Database database;
  const std::int64_t id = database.add_campaign();
  const auto execute = [&](const char* sql) {
    database.storage.reset();
    SQLite::Database(database.options.path, SQLite::OPEN_READWRITE).exec(sql);
    database.storage.emplace(database.options);
  };
  execute("UPDATE campaigns SET settings = json_set(settings, '$.colour', 'blue')");
  database.write([&](Stores& stores) { stores.campaigns.update(id, unusual_settings()); });
  CHECK(database.read([&](const Stores& stores) {
    return stores.campaigns.find(id).value().settings;
  }) == unusual_settings());
  // Only if it is still there does it become the description.
  execute(
      "UPDATE campaigns SET settings = json_set(settings, '$.description', settings->>'colour')");
  CHECK(database.read([&](const Stores& stores) {
    return stores.campaigns.find(id).value().settings.description;
  }) == "blue");

  execute("UPDATE campaigns SET settings = json_set(settings, '$.duplicates', 'whisper')");
  CHECK_THROWS_WITH(database.read([](const Stores& stores) { return stores.campaigns.all(); }),
                    "campaign autumn: duplicates is none that this program knows; use the newer "
                    "program that wrote it");
}
