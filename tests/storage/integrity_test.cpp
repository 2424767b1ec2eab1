// What `promotions check` finds in a database.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "promotions/base/encoding.h"
#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Problems = std::vector<std::string>;

const std::string kReport = "; keep a copy of the file and report this, no entry is lost by it";

// Two campaigns with two subscribers each, changed by `sql` behind the program's back.
Problems problems_after(const std::string& sql) {
  Database database;
  for (const char* slug : {"autumn", "winter"}) {
    const std::int64_t campaign = database.add_campaign(slug);
    const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
    database.add_subscriber(campaign, "eva@example.org");
    database.write([&](Stores& stores) {
      stores.subscribers.verify(ana, stores.campaigns.take_ticket(campaign), {}, Time{});
    });
  }
  database.storage.reset();
  SQLite::Database(database.options.path, SQLite::OPEN_READWRITE).exec(sql);
  return check_integrity(database.options.path);
}

}  // namespace

TEST_CASE("integrity: a sound database has no problems", "[storage]") {
  CHECK(problems_after("SELECT 1").empty());
}

TEST_CASE("integrity: an address that is twice in a campaign is told, without the address",
          "[storage]") {
  CHECK(problems_after("UPDATE subscribers SET email_key = 'ana@example.org' WHERE id = 4") ==
        Problems{"campaign winter has one address twice, as subscribers 3 and 4; look at both "
                 "(promotions subscribers show) and erase the one that is not verified"});
}

TEST_CASE("integrity: counters that do not agree with the rows are told", "[storage]") {
  CHECK(problems_after("UPDATE campaign_counters SET pending = 7 WHERE campaign_id = 1") ==
        Problems{"campaign autumn counts 7 pending subscribers and has 1" + kReport});
  CHECK(problems_after("UPDATE campaign_counters SET verified = 0 WHERE campaign_id = 2") ==
        Problems{"campaign winter counts 0 verified subscribers and has 1" + kReport});
  CHECK(problems_after("UPDATE campaign_counters SET next_ticket = 1 WHERE campaign_id = 2") ==
        Problems{"campaign winter would give out ticket 1 again" + kReport});
  CHECK(problems_after("DELETE FROM campaign_counters WHERE campaign_id = 2") ==
        Problems{"campaign winter counts -1 pending subscribers and has 1, and 2 more like it" +
                 kReport});
}

TEST_CASE("integrity: the counters of a campaign that is being deleted mean nothing", "[storage]") {
  CHECK(problems_after("UPDATE campaigns SET slug = NULL WHERE id = 1;"
                       "UPDATE campaign_counters SET pending = 7 WHERE campaign_id = 1")
            .empty());
}

TEST_CASE("integrity: rows without the row that they belong to are told", "[storage]") {
  const Problems problems = problems_after(
      "PRAGMA foreign_keys = OFF;"
      "UPDATE campaigns SET slug = NULL WHERE id = 2; DELETE FROM campaigns WHERE id = 2");
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].find(
            "belongs to no row of campaigns, and 2 more like it; stop the server, keep") !=
        std::string::npos);  // two subscribers and the counters
}

TEST_CASE("integrity: what was said of nobody is told", "[storage]") {
  CHECK(problems_after("PRAGMA foreign_keys = OFF; INSERT INTO sign_up_variants VALUES (7, 99, "
                       "'{}', '', 0, 0, NULL)") ==
        Problems{
            "row 7 of sign_up_variants belongs to no row of subscribers; stop the server, keep a "
            "copy of the file with its -wal and -shm, and then restore a backup"});
}

TEST_CASE("integrity: a consent whose text is missing or altered is told", "[storage]") {
  const std::string proof =
      "; somebody has changed the database: keep a copy, and look in backups "
      "for the text";
  const std::string given = to_stored({{"news", sha256("Send me news"), "en", Time{}}});
  const std::string agree = "UPDATE subscribers SET consents = '" + given + "' WHERE id = 2;";
  const std::string keep = "INSERT INTO consent_texts VALUES (1, X'" +
                           to_hex(sha256("Send me news")) + "', 'Send me news');";
  CHECK(problems_after(agree + keep).empty());
  CHECK(problems_after(agree) == Problems{"subscriber 2 has a consent without its text" + proof});
  // A text of another campaign is no proof: it may go with that one.
  CHECK(problems_after("UPDATE subscribers SET consents = '" + given + "' WHERE id = 4;" + keep) ==
        Problems{"subscriber 4 has a consent without its text" + proof});
  CHECK(problems_after("INSERT INTO sign_up_variants VALUES (7, 1, '{}', '', 0, 0, '" + given +
                       "')") == Problems{"subscriber 1 has a consent without its text" + proof});
  CHECK(problems_after("INSERT INTO consent_texts VALUES (1, zeroblob(32), 'Send me all')") ==
        Problems{"a text that subscribers of campaign 1 agreed to is another one" + proof});
  CHECK(problems_after("UPDATE subscribers SET consents = '{' WHERE id = 2") ==
        Problems{"subscriber 2 has a consent that cannot be read" + proof});
}

TEST_CASE("integrity: another program's database and a newer schema are told", "[storage]") {
  CHECK(problems_after("PRAGMA application_id = 1").front().find("another program") !=
        std::string::npos);
  CHECK(problems_after("PRAGMA user_version = 99").front().find("has schema 99") !=
        std::string::npos);
}

TEST_CASE("integrity: damage is one line, however much there is", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  for (int i = 0; i < 2000; ++i) {
    database.add_subscriber(campaign, "ana" + std::to_string(i) + "@example.org");
  }
  database.storage.reset();
  {
    std::fstream file(database.options.path, std::ios::binary | std::ios::in | std::ios::out);
    for (int page = 70; page < 100; ++page) {  // behind those of the schema
      file.seekp(page * 4096 + 200);
      file << std::string(3000, '\xEE');
    }
  }
  const Problems problems = check_integrity(database.options.path);
  REQUIRE(problems.size() == 1);
  CAPTURE(problems);
  CHECK(problems[0].starts_with("is damaged: "));
  CHECK(problems[0].find('\n') == std::string::npos);
  CHECK(problems[0].find(" more like it; stop the server, keep a copy") != std::string::npos);
}

TEST_CASE("integrity: what a server that was killed has left is left", "[storage]") {
  Database database;
  database.add_campaign();
  const TempFolder copy;
  for (const char* suffix : {"", "-wal"}) {  // as a crash leaves it, and a copy without the index
    std::filesystem::copy_file(database.options.path + suffix, copy.file("a.db") + suffix);
  }
  const auto size = std::filesystem::file_size(copy.file("a.db-wal"));
  REQUIRE(size > 0);
  CHECK(check_integrity(copy.file("a.db")).empty());
  CHECK_FALSE(probe_write(copy.file("a.db")));
  CHECK(std::filesystem::file_size(copy.file("a.db-wal")) >= size);
  CHECK_FALSE(std::filesystem::exists(copy.file("a.db-shm")));
  CHECK(read_database(copy.file("a.db"),
                      [](const Stores& stores) { CHECK(stores.campaigns.all().size() == 1); }));
}

TEST_CASE("integrity: looking at a read-only file leaves nothing beside it", "[storage]") {
  Database database;
  database.storage.reset();
  const std::filesystem::path path = database.options.path;
  const auto files = [&] {
    return std::distance(std::filesystem::directory_iterator(path.parent_path()), {});
  };
  const auto before = files();
  const bool is_root = ::geteuid() == 0;  // whom no mode keeps out
  constexpr uid_t kNobody = 65534;
  if (is_root) {
    REQUIRE(::chown(path.parent_path().c_str(), kNobody, static_cast<gid_t>(-1)) == 0);
    REQUIRE(::chown(path.c_str(), kNobody, static_cast<gid_t>(-1)) == 0);
    REQUIRE(::seteuid(kNobody) == 0);
  }
  ::chmod(path.c_str(), 0444);
  const Problems problems = check_integrity(path);
  const auto after = files();
  if (is_root) REQUIRE(::seteuid(0) == 0);
  CHECK(after == before);
  CHECK_FALSE(problems.empty());
}

TEST_CASE("a file of another program is told by its beginning, and nothing is made beside it",
          "[storage]") {
  const TempFolder folder;
  CHECK_FALSE(foreign_file(folder.file("absent.db")));
  std::ofstream(folder.file("empty.db")).flush();
  CHECK_FALSE(foreign_file(folder.file("empty.db")));
  std::ofstream(folder.file("letter.txt")) << "Dear reader,\n";
  CHECK(foreign_file(folder.file("letter.txt")).value().starts_with("is no database"));
  SQLite::Database(folder.file("new.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("VACUUM");
  CHECK_FALSE(foreign_file(folder.file("new.db")));
  SQLite::Database(folder.file("notes.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("CREATE TABLE notes (text TEXT)");
  CHECK(foreign_file(folder.file("notes.db")).value().starts_with("is a database of another"));
  SQLite::Database(folder.file("other.db"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA application_id = 7");
  CHECK(foreign_file(folder.file("other.db")).value().starts_with("is a database of another"));
  Database ours;
  ours.storage.reset();
  CHECK_FALSE(foreign_file(ours.options.path));
}
