// What is published of a campaign's promises, and what check finds if they were changed.
#include <SQLiteCpp/SQLiteCpp.h>

#include "manager/draw_office.h"
#include "promotions/manager/draw_audit.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

// "1 2 3": the numbers of the versions.
std::string versions(Office& office) {
  std::string numbers;
  for (const PublishedTerms& one : office->terms(office->find("autumn")->id)) {
    numbers += (numbers.empty() ? "" : " ") + std::to_string(one.terms.version);
  }
  return numbers;
}

template <typename Change>
UpdateOutcome change(Office& office, Change change) {
  return office
      ->update(kOwner, "autumn",
               [&](CampaignSettings& settings) {
                 change(settings);
                 return true;
               })
      .outcome;
}

// What check finds after somebody who knows SQL was here: without the triggers everything goes.
std::string found_after(DrawOffice& office, const std::string& sql) {
  SQLite::Database file(office.folder.file("promotions.db"), SQLite::OPEN_READWRITE);
  std::vector<std::string> triggers;
  SQLite::Statement query(file, "SELECT name FROM sqlite_schema WHERE type = 'trigger'");
  while (query.executeStep()) triggers.push_back(query.getColumn(0).getString());
  for (const std::string& trigger : triggers) file.exec("DROP TRIGGER " + trigger);
  file.exec(sql);
  std::string found;
  for (const std::string& problem :
       office.storage->read([](const Stores& stores) { return audit_draws(stores); }).problems) {
    found += problem.substr(0, problem.find("; keep a copy")) + "\n";
  }
  return found;
}

}  // namespace

TEST_CASE("terms: each change of a promise is another version, and nothing else is", "[manager]") {
  Office office;
  const Time created = std::chrono::floor<std::chrono::seconds>(office.clock.now());
  const CampaignPtr campaign = office.create();
  CHECK(versions(office) == "1");
  office.clock.advance(std::chrono::hours(1));
  change(office, [](CampaignSettings& settings) { settings.admin_email = "other@example.org"; });
  CHECK(versions(office) == "1");
  change(office, [](CampaignSettings& settings) { settings.organizer = "AMPA"; });
  CHECK(versions(office) == "1 2");
  change(office, [](CampaignSettings& settings) { settings.organizer = "AMPA"; });
  CHECK(versions(office) == "1 2");
  change(office, [](CampaignSettings& settings) { settings.organizer = ""; });
  CHECK(versions(office) == "1 2 3");  // what was promised before is promised anew
  const auto all = office->terms(campaign->id);
  CHECK(all[0].terms.at == created);
  CHECK(all[1].terms.at == created + std::chrono::hours(1));
  CHECK(all[1].terms.organizer == "AMPA");
  CHECK(all[1].hash == hash_of(all[1].terms));
}

TEST_CASE("terms: a refused change makes no version", "[manager]") {
  Office office;
  office.create();
  office.enter("ana@example.org");
  CHECK(change(office, [](CampaignSettings& settings) {
          settings.name = "Other";
          settings.winners = 2;
        }) == UpdateOutcome::terms_fixed);
  CHECK(versions(office) == "1");
}

TEST_CASE("terms: the seal names those in force when the list was stopped", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create();
  change(office, [](CampaignSettings& settings) { settings.description = "A hamper"; });
  office.enter_all(campaign, 3);
  office.finish(campaign);
  CHECK(office.seal().terms == office->terms(campaign->id).back().hash);
  CHECK(office.transcript().terms.description == "A hamper");
  CHECK(office.faults() == "");
  CHECK(change(office, [](CampaignSettings& settings) { settings.description = "A car"; }) ==
        UpdateOutcome::terms_fixed);
}

TEST_CASE("terms: a clock that was set back does not seal before the terms, or before the end",
          "[manager]") {
  DrawOffice office;
  const Time start = std::chrono::floor<std::chrono::seconds>(office.clock.now());
  const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
    settings.closes_at = start + std::chrono::minutes(10);
  });
  office.enter_all(campaign, 3);
  office.clock.advance(std::chrono::minutes(11));
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.clock.set(start - std::chrono::hours(3));
  office.complete_finish(campaign->id);
  CHECK(office.seal().sealed_at == start + std::chrono::minutes(10));
  CHECK(office.faults() == "");
}

TEST_CASE("terms: check finds promises that were changed behind everybody's back", "[manager]") {
  const auto found = [](const std::string& sql) {
    DrawOffice office;
    const CampaignPtr campaign = office.create("autumn", with_prizes(2, 1));
    office.enter_all(campaign, 5);
    office.finish(campaign);
    return found_after(office, sql);
  };
  CHECK(found("SELECT 1") == "");
  CHECK(found("UPDATE campaigns SET settings = replace(settings, 'otoño', 'verano')") ==
        "campaign autumn: its settings promise something else than its published terms\n");
  CHECK(found("UPDATE campaigns SET secret = zeroblob(32)")
            .find("campaign autumn: its commitment is not that of its secret\n") == 0);
  CHECK(found("UPDATE terms SET record = replace(record, 'otoño', 'verano')")
            .find("campaign autumn: version 1 of the terms are not those that were published\n") ==
        0);
  CHECK(found("DELETE FROM terms").find("campaign autumn: its terms are missing\n") == 0);
}

TEST_CASE("draw: check finds a draw that was begun anew", "[manager]") {
  const auto found = [](const std::string& sql) {
    DrawOffice office;
    const CampaignPtr campaign = office.create("autumn", with_prizes(2, 1));
    office.enter_all(campaign, 5);
    office.finish(campaign);
    return found_after(office, sql);
  };
  CHECK(found("UPDATE campaigns SET finished_at = NULL") ==
        "the draw of autumn does not come out: it has a seed, and is not finished\n");
  CHECK(found("DELETE FROM drawn; DELETE FROM draws") ==
        "campaign autumn: is finished without a draw\n");
  CHECK(found("UPDATE campaigns SET finished_at = NULL; UPDATE draws SET seed = NULL, value = NULL")
            .find("somebody was drawn, and there is no seed") != std::string::npos);
  CHECK(found("UPDATE draws SET winners = 3").find("does not come out") != std::string::npos);
}
