#include "promotions/storage/database_lock.h"

#include "promotions/base/errors.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace promotions;

TEST_CASE("database lock: the second to ask is refused and told who holds it", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  auto first = DatabaseLock::try_acquire(path);
  REQUIRE(first);
  CHECK(DatabaseLock::holder(path).empty());
  first->describe("pid 812, serve");
  CHECK_FALSE(DatabaseLock::try_acquire(path));
  CHECK(DatabaseLock::holder(path) == "pid 812, serve");  // the attempt changed nothing
  first->describe("pid 8");
  CHECK(DatabaseLock::holder(path) == "pid 8");
}

TEST_CASE("database lock: another database's lock is another lock", "[storage]") {
  const TempFolder folder;
  const auto first = DatabaseLock::try_acquire(folder.file("a.db"));
  CHECK(DatabaseLock::try_acquire(folder.file("b.db")));
}

TEST_CASE("database lock: once let go it is free, and nobody's", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  {
    auto first = DatabaseLock::try_acquire(path);
    REQUIRE(first);
    first->describe("pid 812, serve");
  }
  CHECK(DatabaseLock::holder(path).empty());
  CHECK(DatabaseLock::try_acquire(path));
}

TEST_CASE("database lock: moving it keeps it", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  auto first = DatabaseLock::try_acquire(path);
  REQUIRE(first);
  std::optional<DatabaseLock> second(std::move(*first));
  first.reset();
  CHECK_FALSE(DatabaseLock::try_acquire(path));
  second->describe("moved");
  CHECK(DatabaseLock::holder(path) == "moved");
  second.reset();
  CHECK(DatabaseLock::try_acquire(path));
}

TEST_CASE("database lock: a missing folder is an error that names the file", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("nowhere/promotions.db");
  try {
    static_cast<void>(DatabaseLock::try_acquire(path));
    FAIL("it was acquired");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()).find(path) != std::string::npos);
  }
  CHECK(DatabaseLock::holder(path).empty());
}
