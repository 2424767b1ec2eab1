#include <filesystem>

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

TEST_CASE("settings store: a touch is committed each time, though nobody sees it", "[storage]") {
  Database database;
  const std::string log = database.folder.file("promotions.db-wal");
  database.write([](Stores& stores) { stores.settings.touch(); });
  const auto before = std::filesystem::file_size(log);
  database.write([](Stores& stores) { stores.settings.touch(); });
  database.write([](Stores& stores) { stores.settings.touch(); });
  CHECK(std::filesystem::file_size(log) > before);
}
