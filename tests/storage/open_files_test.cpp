// Files that are moved, replaced or removed while they are open.
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "promotions/base/errors.h"
#include "storage/database.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/log_capture.h"

using namespace promotions;

namespace fs = std::filesystem;

namespace {

void add_account(Database& database, const std::string& name) {
  database.write([&](Stores& stores) {
    stores.accounts.insert({name, "hash", ManualClock::kStart});
  });
}

// Of a file that is open in this process, whose locks would go if it read the file itself.
std::string copy_of(Database& database, const std::string& path) {
  std::string copy = database.folder.file("copy.db");
  REQUIRE(std::system(("cp " + path + " " + copy).c_str()) == 0);
  return copy;
}

std::size_t accounts_in(const std::string& path) {
  std::size_t count = 0;
  REQUIRE(read_database(path, [&](const Stores& stores) { count = stores.accounts.all().size(); }));
  return count;
}

}  // namespace

TEST_CASE("open files: nothing is acknowledged into a file that was moved, until it is back",
          "[storage]") {
  const LogCapture log;
  Database database;
  const std::string path = database.options.path;
  const std::string other = database.folder.file("other.db");
  add_account(database, "before");
  fs::rename(path, other);
  CHECK_THROWS_AS(add_account(database, "lost"), StorageUnavailable);
  CHECK(log.text().find("it is " + other + " now; move it back to " + path) != std::string::npos);
  // All of it is in the file, and the log beside the name that it had would add nothing to another.
  CHECK(fs::file_size(path + "-wal") == 0);
  CHECK(accounts_in(copy_of(database, other)) == 1);
  CHECK_THROWS_AS(add_account(database, "lost"), StorageUnavailable);
  fs::rename(other, path);
  add_account(database, "after");
  database.reopen();
  CHECK(database.read([](const Stores& stores) { return stores.accounts.all().size(); }) == 2);
}

TEST_CASE("open files: a file that was deleted can be copied while it is open", "[storage]") {
  const LogCapture log;
  Database database;
  const std::string path = database.options.path;
  add_account(database, "before");
  fs::remove(path);
  CHECK_THROWS_AS(add_account(database, "lost"), StorageUnavailable);
  const std::string text = log.text();
  const auto at = text.find("/proc/");
  REQUIRE(at != std::string::npos);
  CHECK(accounts_in(copy_of(database, text.substr(at, text.find(',', at) - at))) == 1);
}

TEST_CASE("open files: what takes the database's place is neither written nor read", "[storage]") {
  Database database(StorageOptions{.readers = 1});
  Database backup;
  backup.add_campaign("backup");
  backup.storage.reset();
  add_account(database, "before");
  fs::rename(backup.options.path, database.options.path);
  CHECK_THROWS_AS(add_account(database, "lost"), StorageUnavailable);
  CHECK_THROWS_AS(database.read([](const Stores& stores) { return stores.campaigns.all().size(); }),
                  StorageUnavailable);
  database.storage.reset();
  CHECK(check_integrity(database.options.path).empty());
  CHECK(accounts_in(database.options.path) == 0);
}

TEST_CASE("open files: a log that was removed is copied into the database, which ends the server",
          "[storage]") {
  Database database;
  Event broken;
  database.storage->on_broken([&] { broken.happen(); });
  add_account(database, "before");
  fs::remove(database.options.path + "-wal");
  CHECK_THROWS_AS(add_account(database, "lost"), StorageUnavailable);
  database.storage.reset();
  CHECK(broken.count() == 1);
  CHECK(accounts_in(database.options.path) == 1);
}

TEST_CASE("open files: a database of several names is not opened, whichever is given",
          "[storage]") {
  Database database;
  add_account(database, "before");
  database.storage.reset();
  const std::string other = database.folder.file("other.db");
  fs::create_hard_link(database.options.path, other);
  for (const std::string& name : {database.options.path, other}) {
    try {
      database.options.path = name;
      database.reopen();
      FAIL("it was opened");
    } catch (const UserError& error) {
      CHECK(std::string(error.what()).find(name + ": has 2 names (hard links)") == 0);
    }
  }
  fs::remove(other);
  database.options.path = database.folder.file("promotions.db");
  database.reopen();
  CHECK(database.read([](const Stores& stores) { return stores.accounts.all().size(); }) == 1);
}

TEST_CASE("open files: through a symbolic link the log lies beside the file itself", "[storage]") {
  Database database;
  database.storage.reset();
  const TempFolder elsewhere;
  fs::create_symlink(database.options.path, elsewhere.file("link.db"));
  const std::string real = database.options.path;
  database.options.path = elsewhere.file("link.db");
  database.reopen();
  add_account(database, "one");
  CHECK(fs::exists(real + "-wal"));
  CHECK_FALSE(fs::exists(elsewhere.file("link.db-wal")));
  // Leading elsewhere, the link changes nothing for what is open.
  fs::remove(elsewhere.file("link.db"));
  add_account(database, "two");
  CHECK(database.read([](const Stores& stores) { return stores.accounts.all().size(); }) == 2);
  database.storage.reset();
  CHECK(accounts_in(real) == 2);
}

TEST_CASE("open files: what was put in place of an idle database meets nothing of its log",
          "[storage]") {
  const LogCapture log;
  Database database;
  Database other;
  add_account(other, "other");
  other.storage.reset();
  add_account(database, "ours");
  const std::string path = database.options.path;
  const std::string moved = database.folder.file("moved.db");
  fs::rename(path, moved);
  fs::copy_file(other.options.path, path);
  SECTION("it stops at once") {
    database.storage.reset();
  }
  SECTION("it looks by itself") {
    REQUIRE(log.wait_for("another file has taken the place of the database"));
    database.storage.reset();
  }
  CHECK(log.text().find("another file has taken the place of the database") != std::string::npos);
  CHECK(accounts_in(path) == 1);
  CHECK(check_integrity(path).empty());
  CHECK(accounts_in(moved) == 1);
}
