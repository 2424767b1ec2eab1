#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include "storage/database.h"
#include "support/catch.h"
#include "support/event.h"

using namespace promotions;

TEST_CASE("writer: the log is copied into the database once nothing happens", "[storage]") {
  Database database;
  const std::string file = database.folder.file("promotions.db");
  const auto size_before = std::filesystem::file_size(file);
  database.write([](Stores& stores) {
    stores.accounts.insert({std::string(1'000'000, 'x'), "hash", ManualClock::kStart});
  });  // beyond pages that are free already
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (std::filesystem::file_size(file) < size_before + 100'000) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::yield();
  }
}
