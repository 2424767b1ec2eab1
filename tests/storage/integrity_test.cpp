// What `promotions check` finds in a database.
#include <SQLiteCpp/SQLiteCpp.h>

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
  CHECK(
      problems_after("UPDATE subscribers SET email_key = 'ana@example.org' WHERE id = 4") ==
      Problems{"campaign winter has one address twice, as subscribers 3 and 4; erase one of them"});
}

TEST_CASE("integrity: counters that do not agree with the rows are told", "[storage]") {
  CHECK(problems_after("UPDATE campaign_counters SET pending = 7 WHERE campaign_id = 1") ==
        Problems{"campaign autumn counts 7 pending subscribers and has 1" + kReport});
  CHECK(problems_after("UPDATE campaign_counters SET verified = 0 WHERE campaign_id = 2") ==
        Problems{"campaign winter counts 0 verified subscribers and has 1" + kReport});
  CHECK(problems_after("UPDATE campaign_counters SET next_ticket = 1 WHERE campaign_id = 2") ==
        Problems{"campaign winter would give out ticket 1 again" + kReport});
  CHECK(problems_after("DELETE FROM campaign_counters WHERE campaign_id = 2").size() == 3);
}

TEST_CASE("integrity: the counters of a campaign that is being deleted mean nothing", "[storage]") {
  CHECK(problems_after("UPDATE campaigns SET slug = NULL WHERE id = 1;"
                       "UPDATE campaign_counters SET pending = 7 WHERE campaign_id = 1")
            .empty());
}

TEST_CASE("integrity: rows without the row that they belong to are told", "[storage]") {
  const Problems problems =
      problems_after("PRAGMA foreign_keys = OFF; DELETE FROM campaigns WHERE id = 2");
  REQUIRE(problems.size() == 3);  // two subscribers and the counters
  CHECK(problems[0].find("belongs to no row of campaigns") != std::string::npos);
}

TEST_CASE("integrity: what was said of nobody is told", "[storage]") {
  CHECK(problems_after("PRAGMA foreign_keys = OFF; INSERT INTO sign_up_variants VALUES (7, 99, "
                       "'{}', '', 0, 0)") ==
        Problems{
            "row 7 of sign_up_variants belongs to no row of subscribers; stop the server, keep a "
            "copy of the file with its -wal and -shm, and then restore a backup"});
}

TEST_CASE("integrity: another program's database and a newer schema are told", "[storage]") {
  CHECK(problems_after("PRAGMA application_id = 1").front().find("another program") !=
        std::string::npos);
  CHECK(problems_after("PRAGMA user_version = 99").front().find("has schema 99") !=
        std::string::npos);
}
