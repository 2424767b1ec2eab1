#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "promotions/base/embedded.h"
#include "promotions/base/errors.h"
#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// What opening `path` complains of; empty if it does not.
std::string complaint(const std::string& path) {
  try {
    const Storage storage(StorageOptions{.path = path});
    return {};
  } catch (const UserError& error) {
    return error.what();
  }
}

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void execute(const std::string& path, const std::string& sql) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec(sql);
}

bool starts_with_place(const std::string& message, const std::string& path) {
  return message.rfind(path + ": ", 0) == 0;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return 0;
  return status.st_mode & 0777U;
}

}  // namespace

TEST_CASE("open: what was written is there after reopening", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t subscriber = database.add_subscriber(campaign, "ana@example.org");
  database.write([&](Stores& stores) {
    stores.subscribers.verify(subscriber, stores.campaigns.take_ticket(campaign), {}, Time{});
    stores.jobs.enqueue({.lane = "mail", .kind = "test"}, Time{});
    stores.settings.set_queue_paused(true);
  });
  database.reopen();
  database.read([&](const Stores& stores) {
    CHECK(find_campaign(stores, "autumn").value().settings == sample_settings());
    CHECK(stores.subscribers.find(subscriber).value().ticket == 1);
    CHECK(stores.jobs.list({}).size() == 1);
    CHECK(stores.settings.is_queue_paused());
    return 0;
  });
}

TEST_CASE("open: a missing folder is named and not made", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("nowhere/promotions.db");
  const std::string message = complaint(path);
  CHECK(starts_with_place(message, path));
  CHECK(message.find("does not exist") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.file("nowhere")));
}

TEST_CASE("open: a file that is no database is refused and left alone", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("letter.txt");
  const std::string text = std::string(5000, 'x') + "Dear reader\n";
  std::ofstream(path, std::ios::binary) << text;
  CHECK(starts_with_place(complaint(path), path));
  CHECK((content(path) == text));
}

TEST_CASE("open: a folder in the place of the file is refused", "[storage]") {
  const TempFolder folder;
  CHECK(starts_with_place(complaint(folder.path().string()), folder.path().string()));
}

TEST_CASE("open: another program's database is refused and left alone", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("other.db");
  SECTION("with tables and no application id") {
    execute(path, "CREATE TABLE notes (text TEXT)");
  }
  SECTION("with an application id and no tables") {
    execute(path, "PRAGMA application_id = 252006673; PRAGMA user_version = 1");
  }
  const std::string before = content(path);
  const std::string message = complaint(path);
  CHECK(starts_with_place(message, path));
  CHECK(message.find("another program") != std::string::npos);
  CHECK((content(path) == before));
}

TEST_CASE("open: the schema of a newer program is refused", "[storage]") {
  Database database;
  database.storage.reset();
  execute(database.options.path, "PRAGMA user_version = 9999");
  const std::string message = complaint(database.options.path);
  CHECK(starts_with_place(message, database.options.path));
  CHECK(message.find("schema 9999") != std::string::npos);
}

TEST_CASE("open: an empty file becomes a database", "[storage]") {
  const TempFolder folder;
  const std::string path = folder.file("empty.db");
  std::ofstream(path, std::ios::binary).flush();
  CHECK(complaint(path).empty());
}

TEST_CASE("open: the files are for their owner only", "[storage]") {
  const mode_t mask = ::umask(0);
  const TempFolder folder;
  {
    Storage storage(StorageOptions{.path = folder.file("promotions.db")});
    storage.write([](Stores& stores) { stores.settings.mark_ready(Time{}); });
    for (const char* name : {"promotions.db", "promotions.db-wal", "promotions.db-shm"}) {
      CAPTURE(name);
      CHECK(mode_of(folder.file(name)) == 0600U);
    }
  }
  CHECK(::umask(mask) == 0);  // what it was before Storage opened
}

TEST_CASE("open: the migrations leave the schema that the stores expect", "[storage]") {
  Database database;
  database.storage.reset();
  SQLite::Database file(database.options.path, SQLite::OPEN_READWRITE);
  CHECK(file.execAndGet("PRAGMA user_version").getInt() ==
        static_cast<int>(embedded_migrations().size()));
  CHECK(file.execAndGet("PRAGMA application_id").getInt() == 0x50724D6F);
  CHECK(file.execAndGet("PRAGMA journal_mode").getString() == "wal");
  CHECK(file.execAndGet("PRAGMA integrity_check").getString() == "ok");
  std::set<std::string> tables;
  SQLite::Statement names(file, "SELECT name FROM sqlite_schema WHERE type = 'table'");
  while (names.executeStep()) tables.insert(names.getColumn(0).getString());
  for (const char* table : {"settings", "accounts", "campaigns", "campaign_counters", "subscribers",
                            "draws", "drawn", "jobs", "addresses", "erased_mails"}) {
    CAPTURE(table);
    CHECK(tables.count(table) == 1);
  }
}

TEST_CASE("open: reopening applies no migration twice", "[storage]") {
  Database database;
  database.reopen();
  database.reopen();
  CHECK(database.read([](const Stores& stores) { return stores.campaigns.all(); }).empty());
}

TEST_CASE("integrity check: says nothing of a sound database and something of a broken one",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  for (int i = 0; i < 200; ++i) {
    database.add_subscriber(campaign, "ana" + std::to_string(i) + "@example.org");
  }
  CHECK(check_integrity(database.options.path).empty());
  database.storage.reset();
  CHECK(check_integrity(database.options.path).empty());
  {
    std::fstream file(database.options.path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(5 * 4096 + 100);
    file << std::string(3 * 4096, '\xFF');
  }
  CHECK_FALSE(check_integrity(database.options.path).empty());
  CHECK_FALSE(check_integrity(database.folder.file("absent.db")).empty());
  CHECK_FALSE(std::filesystem::exists(database.folder.file("absent.db")));
}
