// What the database itself refuses, whoever asks: a second draw, or a changed promise.
#include <SQLiteCpp/SQLiteCpp.h>

#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;

// A file with one campaign, which is drawn: two entrants, one winner, one event.
struct DrawnCampaign : Database {
  DrawnCampaign() {
    const std::int64_t campaign = add_campaign();
    write([&](Stores& stores) {
      stores.campaigns.set_secret(campaign, {});
      Terms terms;
      stores.terms.add(campaign, terms, "Art. 1");
      stores.consents.keep(campaign, "Send me news");
      stores.campaigns.set_finishing(campaign, kNow);
      stores.entrants.insert(campaign, {0, {}, {1, 2}, {{}, {}}});
      Draw draw;
      draw.entrants = 2;
      draw.winners = 1;
      draw.alternates = 1;
      draw.root.emplace();
      draw.sealed_at = kNow;
      stores.draws.insert(campaign, draw);
      stores.campaigns.set_beacon_value(campaign, "12345");
      stores.draws.set_result(campaign, {"12345", "", ""}, {});
      Drawn drawn;
      drawn.position = 1;
      stores.draws.insert_drawn(campaign, drawn);
      drawn.position = 2;
      stores.draws.insert_drawn(campaign, drawn);
      stores.draws.set_claimed(campaign, 1, kNow);
      stores.draws.add_event(campaign, {kNow, 1, "two entries", 2});
      stores.campaigns.set_finished(campaign, kNow);
    });
    storage.reset();
  }

  // Why the statement is refused; empty: it is not.
  std::string refusal(const std::string& sql) const {
    SQLite::Database file(options.path, SQLite::OPEN_READWRITE);
    SQLite::Transaction transaction(file);  // undone at the end
    try {
      file.exec(sql);
    } catch (const SQLite::Exception& error) {
      return error.what();
    }
    return "";
  }
};

}  // namespace

TEST_CASE("immutability: what was published cannot be changed, and goes with its campaign only",
          "[storage]") {
  const DrawnCampaign drawn;
  const std::vector<std::pair<std::string, std::string>> rows{
      {"UPDATE campaigns SET finished_at = NULL", "there is no second draw"},
      {"UPDATE campaigns SET finishing_at = NULL", "a list that is sealed stays stopped"},
      {"UPDATE campaigns SET secret = randomblob(32)", "secret and commitment do not change"},
      {"UPDATE campaigns SET commitment = NULL", "secret and commitment do not change"},
      {"UPDATE campaigns SET beacon_value = '54321'", "the value of a beacon does not change"},
      {"UPDATE campaigns SET slug = 'other'", "the slug of a campaign does not change"},
      {"UPDATE campaigns SET slug = NULL; UPDATE campaigns SET slug = 'autumn'",
       "the slug of a campaign does not change"},
      {"UPDATE campaigns SET id = 7", "the slug of a campaign does not change"},
      {"DELETE FROM campaigns", "a campaign that has its slug is not deleted"},
      {"REPLACE INTO campaigns (id, slug, created_at) VALUES (1, 'autumn', 0)",
       "a campaign is not replaced"},
      {"UPDATE terms SET record = '{}'", "terms do not change"},
      {"DELETE FROM terms", "terms go with their campaign"},
      {"REPLACE INTO terms VALUES (1, 1, zeroblob(32), '{}')",
       "terms have one version after the other, until the list is sealed"},
      {"INSERT INTO terms VALUES (1, 2, zeroblob(32), '{}')",
       "terms have one version after the other, until the list is sealed"},
      {"UPDATE rules SET text = 'Art. 2'", "rules do not change"},
      {"REPLACE INTO rules SELECT campaign_id, hash, 'Art. 2' FROM rules", "rules do not change"},
      {"DELETE FROM rules", "rules go with their campaign"},
      {"UPDATE consent_texts SET text = 'Send me all'",
       "a text that was consented to does not change"},
      {"REPLACE INTO consent_texts SELECT campaign_id, hash, 'Send me all' FROM consent_texts",
       "a text that was consented to does not change"},
      {"DELETE FROM consent_texts", "texts that were consented to go with their campaign"},
      {"UPDATE draws SET seed = NULL, value = NULL", "value and seed of a draw do not change"},
      {"UPDATE draws SET signature = 'ab'", "value and seed of a draw do not change"},
      {"UPDATE draws SET winners = 2", "a seal does not change"},
      {"UPDATE draws SET alternates = 0", "a seal does not change"},
      {"UPDATE draws SET entrants = 3", "a seal does not change"},
      {"UPDATE draws SET root = randomblob(32)", "a seal does not change"},
      {"UPDATE draws SET sealed_at = 1", "a seal does not change"},
      {"UPDATE draws SET beacon = '{}'", "a seal does not change"},
      {"UPDATE draws SET excluded = 1", "a seal does not change"},
      {"UPDATE draws SET disqualified = 1", "a seal does not change"},
      {"UPDATE draws SET terms = randomblob(32)", "a seal does not change"},
      {"UPDATE draws SET draw_delay = 30", "a seal does not change"},
      {"DELETE FROM draws", "a draw goes with its campaign"},
      {"REPLACE INTO draws (campaign_id, entrants, winners, alternates, beacon)"
       " VALUES (1, 9, 1, 1, '{}')",
       "a list is sealed once"},
      {"UPDATE drawn SET ticket = 2 WHERE position = 1", "who was drawn does not change"},
      {"UPDATE drawn SET role = 'winner'", "who was drawn does not change"},
      {"UPDATE drawn SET claimed_at = NULL", "a prize is claimed once"},
      {"DELETE FROM drawn", "who was drawn goes with the campaign"},
      {"INSERT INTO drawn (campaign_id, position, role, ticket, subscriber_id)"
       " VALUES (1, 3, 'winner', 3, 3)",
       "there is no second draw"},
      {"UPDATE draw_events SET reason = 'another'", "events do not change"},
      {"DELETE FROM draw_events", "events go with their campaign"},
      {"REPLACE INTO draw_events VALUES (1, 1, 1, 1, '', NULL, 'disqualified')",
       "events follow each other"},
      {"INSERT INTO draw_events VALUES (1, 2, 1, 1, '', NULL, 'disqualified')",
       "events follow each other"},
      {"UPDATE entrant_chunks SET keys = randomblob(64)", "entrants do not change"},
      {"DELETE FROM entrant_chunks", "a list that is sealed does not change"},
      {"INSERT INTO entrant_chunks (campaign_id, number, first_ticket, root, tickets, keys)"
       " VALUES (1, 1, 3, zeroblob(32), zeroblob(8), zeroblob(32))",
       "a list that is sealed does not change"},
  };
  for (const auto& [sql, why] : rows) {
    CAPTURE(sql);
    CHECK(drawn.refusal(sql) == why);
  }
}

TEST_CASE("immutability: what is not published yet, and notices of winners, may change",
          "[storage]") {
  const DrawnCampaign drawn;
  for (const char* sql :
       {"UPDATE draws SET told_until = 2", "UPDATE drawn SET notified_at = 1, claim_until = 2",
        "UPDATE campaigns SET settings = '{}'",
        "INSERT INTO draw_events VALUES (1, 2, 1790000000000, 2, 'x', NULL, 'disqualified')",
        "UPDATE campaigns SET slug = NULL; DELETE FROM drawn; DELETE FROM draw_events;"
        "DELETE FROM draws; DELETE FROM terms; DELETE FROM rules; DELETE FROM entrant_chunks;"
        "DELETE FROM consent_texts"}) {
    CAPTURE(sql);
    CHECK(drawn.refusal(sql) == "");
  }
}

TEST_CASE("immutability: check finds that what refuses it was taken away", "[storage]") {
  const DrawnCampaign drawn;
  const auto problems_after = [&](const std::string& sql) {
    SQLite::Database(drawn.options.path, SQLite::OPEN_READWRITE).exec(sql);
    const auto problems = check_integrity(drawn.options.path);
    return problems.empty() ? "" : problems.front().substr(0, problems.front().find(';'));
  };
  CHECK(problems_after("SELECT 1") == "");
  CHECK(problems_after("CREATE TRIGGER mine AFTER INSERT ON draws BEGIN SELECT 1; END") ==
        "the trigger mine is not ours");
  CHECK(problems_after("DROP TRIGGER mine; DROP TRIGGER drawn_once") ==
        "the trigger drawn_once is missing");
  CHECK(problems_after("CREATE TRIGGER drawn_once BEFORE INSERT ON drawn BEGIN SELECT 1; END") ==
        "the trigger drawn_once is another one");
}
