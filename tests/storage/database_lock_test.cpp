#include "promotions/storage/database_lock.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "promotions/base/errors.h"
#include "promotions/storage/database_file.h"
#include "support/catch.h"
#include "support/temp_folder.h"

using namespace promotions;

namespace {

const LockHolder kServer{.kind = LockHolder::Kind::server,
                         .process = 812,
                         .host = "web1",
                         .address = "http://127.0.0.1:8080",
                         .since = "2026-01-01T00:00:00Z",
                         .database = {}};

}  // namespace

TEST_CASE("database lock: the second to ask is refused and told who holds it", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  auto first = DatabaseLock::try_acquire(path);
  REQUIRE(first);
  CHECK(DatabaseLock::holder(path).kind == LockHolder::Kind::command);
  CHECK(DatabaseLock::holder(path).process == ::getpid());
  first->describe(kServer);
  CHECK_FALSE(DatabaseLock::try_acquire(path));
  // The attempt changed nothing.
  CHECK(to_text(DatabaseLock::holder(path)) ==
        "process 812 on web1, serving http://127.0.0.1:8080 since 2026-01-01T00:00:00Z");
  LockHolder other;
  other.process = 8;
  first->describe(other);
  CHECK(to_text(DatabaseLock::holder(path)) == "process 8");
}

TEST_CASE("database lock: symbolic links to a file and to its folder lead to the same lock",
          "[storage]") {
  const TempFolder folder;
  std::filesystem::create_directory(folder.file("data"));
  std::filesystem::create_symlink("data", folder.file("folder"));
  std::filesystem::create_symlink("data/raffle.db", folder.file("link.db"));  // leads nowhere yet
  const auto first = DatabaseLock::try_acquire(folder.file("data/raffle.db"));
  for (const char* other : {"folder/raffle.db", "link.db", "data/../data/raffle.db"}) {
    CAPTURE(other);
    CHECK_FALSE(DatabaseLock::try_acquire(folder.file(other)));
    CHECK(DatabaseLock::holder(folder.file(other)).process == ::getpid());
    CHECK(real_database_path(folder.file(other)) == folder.file("data/raffle.db"));
  }
}

TEST_CASE("database lock: another name of the same file leads to the same lock", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("raffle.db");
  make_database_file(path);
  std::filesystem::create_hard_link(path, folder.file("other.db"));
  {
    const auto first = DatabaseLock::try_acquire(path);
    REQUIRE(first);
    CHECK_FALSE(DatabaseLock::try_acquire(folder.file("other.db")));
  }
  CHECK(DatabaseLock::try_acquire(folder.file("other.db")));
}

TEST_CASE("database lock: what another version wrote of itself is not taken for anybody",
          "[storage]") {
  const TempFolder folder;
  for (const char* text : {"process 8, serving http://127.0.0.1:1", "[]", "{\"process\": \"x\"}"}) {
    std::ofstream(folder.file("a.db.lock")) << text;
    CHECK(to_text(DatabaseLock::holder(folder.file("a.db"))) == "another process");
  }
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
    first->describe(kServer);
  }
  CHECK(DatabaseLock::holder(path).process == 0);
  CHECK(DatabaseLock::try_acquire(path));
}

TEST_CASE("database lock: the file goes with whoever made it, and only then", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  DatabaseLock::try_acquire(path).reset();
  CHECK_FALSE(std::filesystem::exists(path + ".lock"));
  std::ofstream(path + ".lock").flush();  // as a server that was killed leaves it
  DatabaseLock::try_acquire(path).reset();
  CHECK(std::filesystem::exists(path + ".lock"));
  std::filesystem::remove(path + ".lock");
  {
    const auto first = DatabaseLock::try_acquire(path);
    std::filesystem::remove(path + ".lock");
    const auto second = DatabaseLock::try_acquire(path);  // the database is not there to be locked
    REQUIRE(second);
  }
  CHECK_FALSE(std::filesystem::exists(path + ".lock"));
}

TEST_CASE("database lock: moving it keeps it", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("promotions.db");
  auto first = DatabaseLock::try_acquire(path);
  REQUIRE(first);
  std::optional<DatabaseLock> second(std::move(*first));
  first.reset();
  CHECK_FALSE(DatabaseLock::try_acquire(path));
  second->describe(kServer);
  CHECK(DatabaseLock::holder(path).process == 812);
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
  CHECK(DatabaseLock::holder(path).process == 0);
}
