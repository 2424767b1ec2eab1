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
  CHECK(DatabaseLock::holder(path).name.empty());
  first->describe({LockRole::server, "process 812, serving"});
  CHECK_FALSE(DatabaseLock::try_acquire(path));
  // The attempt changed nothing.
  CHECK(DatabaseLock::holder(path).role == LockRole::server);
  CHECK(DatabaseLock::holder(path).name == "process 812, serving");
  // What it is, is not read out of its name.
  first->describe({LockRole::command, "process 8, not serving"});
  CHECK(DatabaseLock::holder(path).role == LockRole::command);
  CHECK(DatabaseLock::holder(path).name == "process 8, not serving");
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
    first->describe({LockRole::server, "process 812, serving"});
  }
  CHECK(DatabaseLock::holder(path).name.empty());
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
  second->describe({LockRole::command, "moved"});
  CHECK(DatabaseLock::holder(path).name == "moved");
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
  CHECK(DatabaseLock::holder(path).name.empty());
}
