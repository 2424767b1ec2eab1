// A draw on its way: what it waits for, and what becomes of it when it is interrupted.
#include <map>
#include <set>

#include "manager/draw_office.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

using Value = std::optional<std::string>;

Beacon lottery(const std::string& source) {
  Beacon beacon{BeaconKind::public_source, source, "", 0};
  beacon.format = "99 99 99";
  beacon.known_from = ManualClock::kStart + std::chrono::hours(24);
  return beacon;
}

void by_lottery(CampaignSettings& settings) {
  settings.winners = 2;
  settings.alternates = 1;
  settings.beacon = lottery("the lottery of 24 December");
}

FinishOutcome finish(Office& office, const Value& value) {
  return office.draws->finish_campaign(kOwner, "autumn", value, Millis{0}).outcome;
}

// Every setting that makes a draw write more.
CampaignPtr create_busy(DrawOffice& office) {
  const CampaignPtr campaign = office.create("autumn", [](CampaignSettings& settings) {
    settings.winners = 2;
    settings.alternates = 2;
    settings.claim_within = std::chrono::hours(24);
    settings.witnesses = {"notary@example.com", "press@example.com"};
    settings.notify_not_drawn = true;
  });
  office.enter_all(campaign, 30);
  return campaign;
}

// How many jobs of each kind there are.
std::map<std::string, int> work(Office& office) {
  std::map<std::string, int> counts;
  for (const Job& job : office.jobs("")) ++counts[job.kind];
  return counts;
}

}  // namespace

TEST_CASE("draw: a public beacon's draw is sealed and waits for its value", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", by_lottery);
  office.enter_all(campaign, 5);
  CHECK(finish(office, std::nullopt) == FinishOutcome::finishing);
  office.complete_finish(campaign->id);
  FinishResult waiting = office.draws->peek_finish("autumn");
  CHECK(waiting.outcome == FinishOutcome::finishing);
  CHECK(waiting.needs_value);
  CHECK(waiting.entrants == 5);
  CHECK(std::get<NotPublished>(office.draws->transcript("autumn")) == NotPublished::not_drawn);
  const Json seal = to_json(office.seal());
  CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 1);

  office.reopen();
  CHECK(finish(office, "12 34 56") == FinishOutcome::finishing);
  CHECK_FALSE(office.draws->peek_finish("autumn").needs_value);
  CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 2);  // the first is over
  CHECK(finish(office, "12 34 57") == FinishOutcome::value_fixed);
  CHECK(finish(office, "12 34 56") == FinishOutcome::finishing);
  CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 2);
  office.complete_finish(campaign->id);
  const Transcript transcript = office.transcript();
  CHECK(transcript.reveal.value == "12 34 56");
  CHECK(to_json(transcript.seal) == seal);
  CHECK(transcript.drawn.size() == 3);
  CHECK(office.faults().empty());
  CHECK(finish(office, "12 34 56") == FinishOutcome::finished);
  CHECK(finish(office, std::nullopt) == FinishOutcome::finished);
  CHECK(finish(office, "12 34 57") == FinishOutcome::value_fixed);
}

TEST_CASE("draw: a public beacon's value comes after the seal, in its format", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", by_lottery);
  CHECK(finish(office, std::nullopt) == FinishOutcome::no_verified_subscribers);
  office.enter_all(campaign, 2);
  for (const char* misspelt : {"", "8", " 00 00 08", "00 00 08\n", "00\u00A000 08"}) {
    CHECK(finish(office, misspelt) == FinishOutcome::invalid_value);
  }
  const FinishResult refusal =
      office.draws->finish_campaign(kOwner, "autumn", "00-00 08", Millis{0});
  CHECK(refusal.problem == R"(character 3 is "-", expected " " (format "99 99 99"))");
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(finish(office, "00 00 07") == FinishOutcome::not_sealed);
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(finish(office, std::nullopt) == FinishOutcome::finishing);
  CHECK(finish(office, "00 00 07") == FinishOutcome::not_sealed);
  office.complete_finish(campaign->id);
  CHECK(finish(office, "00 00 08") == FinishOutcome::finishing);  // nothing was kept of the 7
  CHECK(finish(office, "00 00 09") == FinishOutcome::value_fixed);
  CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 2);
  office.complete_finish(campaign->id);
  CHECK(office.transcript().reveal.value == "00 00 08");
  CHECK(office.faults().empty());
}

TEST_CASE("draw: a value decides who is drawn", "[manager]") {
  std::set<Tickets> results;
  for (const char* value : {"00 00 01", "00 00 02", "00 00 03"}) {
    DrawOffice office;
    const CampaignPtr campaign = office.create("autumn", by_lottery);
    office.enter_all(campaign, 1'000);
    finish(office, std::nullopt);
    office.complete_finish(campaign->id);
    finish(office, value);
    office.complete_finish(campaign->id);
    results.insert(tickets_of(office.transcript()));
  }
  CHECK(results.size() == 3);
}

TEST_CASE("draw: nothing is sealed once the beacon's value can be known", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", by_lottery);
  office.enter_all(campaign, 2);
  office.clock.advance(std::chrono::hours(24) - Millis{1});
  CHECK(finish(office, std::nullopt) == FinishOutcome::finishing);
  office.clock.advance(Millis{1});  // while the job waits
  office.complete_finish(campaign->id);
  CHECK(std::get<NotPublished>(office.draws->seal_of("autumn")) == NotPublished::not_sealed);
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(finish(office, std::nullopt) == FinishOutcome::value_known);
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
}

TEST_CASE("draw: where a closing time is promised, the list is not stopped before it",
          "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
    settings.closes_at = office.clock.now() + std::chrono::hours(1);
  });
  office.enter_all(campaign, 2);
  CHECK(finish(office, std::nullopt) == FinishOutcome::not_closed);
  CHECK_FALSE(office->find("autumn")->finishing_at);
  office.clock.advance(std::chrono::hours(1));
  office.finish(campaign);
  CHECK(office.faults().empty());
}

TEST_CASE("draw: only a public beacon takes a value", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", [](CampaignSettings& settings) {
    if (GENERATE(false, true)) settings.beacon = {BeaconKind::drand, "", std::string(64, 'c'), 0};
  });
  office.enter_all(campaign, 2);
  for (const std::string& value : {std::string("7"), std::string(), std::string(64, 'c')}) {
    const FinishResult refusal = office.draws->finish_campaign(kOwner, "autumn", value, Millis{0});
    CHECK(refusal.outcome == FinishOutcome::invalid_value);
    CHECK(refusal.problem.starts_with("does not belong to a beacon of the kind \""));
  }
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(office.jobs(job_kinds::kFinishCampaign).empty());
}

TEST_CASE("draw: a drand draw's round is chosen at the seal, and its value fetched at that time",
          "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", [](CampaignSettings& settings) {
    settings.beacon = {BeaconKind::drand, "", std::string(64, 'c'), 0};
    settings.draw_delay = std::chrono::minutes(5);
  });
  office.enter_all(campaign, 3);
  finish(office, std::nullopt);
  CHECK(office.jobs(job_kinds::kFinishCampaign).at(0).lane == lanes::kBeacon);
  const Time at = office.clock.now() + std::chrono::minutes(6);
  const auto choose = [&](Time sealed_at, Millis draw_delay) {
    CHECK(sealed_at == office.clock.now());
    CHECK(draw_delay == std::chrono::minutes(5));
    return BeaconRound{77, at};
  };
  office.draws->seal(campaign->id, choose);
  office.draws->seal(campaign->id, [](Time, Millis) { return BeaconRound{78, Time{}}; });
  CHECK(office.seal().beacon.round == 77);
  const auto jobs = office.jobs(job_kinds::kFetchBeacon);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].lane == lanes::kBeacon);
  CHECK(jobs[0].run_at == at);
  office.draws->draw(campaign->id);  // without a value: nothing
  CHECK_FALSE(office->find("autumn")->finished_at);
  const Bytes signature(48, 7);
  const BeaconAnswer said{to_hex(sha256(signature)), to_hex(signature)};
  office.draws->draw(campaign->id, said);
  CHECK(office.transcript().reveal.value == said.value);
  CHECK(office.transcript().reveal.signature == said.signature);
  CHECK(office.faults().empty());
  office.draws->draw(campaign->id, BeaconAnswer{std::string(64, '8')});
  CHECK(office.transcript().reveal.value == said.value);
}

TEST_CASE("draw: every witness gets the seal once", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = create_busy(office);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  CHECK(office.jobs(job_kinds::kSeal).empty());
  office.draws->seal(campaign->id);
  office.draws->seal(campaign->id);
  office.complete_finish(campaign->id);
  const auto jobs = office.jobs(job_kinds::kSeal);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].argument == 0);
  CHECK(jobs[1].argument == 1);
  CHECK(jobs[0].campaign_id == campaign->id);
}

TEST_CASE("draw: interrupted wherever it writes, it comes to the same end", "[manager]") {
  OrderedJson expected;
  std::map<std::string, int> expected_work;
  {
    DrawOffice office;
    office.finish(create_busy(office));
    expected = to_json(office.transcript());
    expected_work = work(office);
  }
  CHECK(expected_work == std::map<std::string, int>{{"admin_result", 1},
                                                    {"finish_campaign", 1},
                                                    {"seal", 2},
                                                    {"tell_not_drawn", 1},
                                                    {"winner", 2}});
  int crashes = 0;
  for (bool crashed = true; crashed; ++crashes) {
    DrawOffice office;
    const CampaignPtr campaign = create_busy(office);
    const FatalClock clock(office.clock, crashes);
    Draws draws(*office.storage, *office.campaigns, *office.sign_ups, clock, office.signer, 12);
    crashed = false;
    try {
      draws.finish_campaign(kOwner, "autumn", Millis{0});
      draws.seal(campaign->id);
      draws.draw(campaign->id);
    } catch (const std::runtime_error&) {
      crashed = true;
    }
    office.reopen();
    CAPTURE(crashes);
    office.finish(campaign);
    CHECK(to_json(office.transcript()) == expected);
    CHECK(work(office) == expected_work);
    CHECK(office.faults().empty());
  }
  CHECK(crashes > 5);
}

TEST_CASE("draw: after a crash between two steps it goes on with the next", "[manager]") {
  const auto result = [](bool crash) {
    DrawOffice office;
    const CampaignPtr campaign = create_busy(office);
    const auto step = [&] {
      if (crash) office.reopen();
    };
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    step();
    CHECK(office->state(*office->find("autumn")) == CampaignState::finishing);
    office.draws->seal(campaign->id);
    step();
    CHECK(office->find("autumn")->sealed_at == office.clock.now());
    office.draws->draw(campaign->id);
    step();
    CHECK(office->state(*office->find("autumn")) == CampaignState::finished);
    office.complete_finish(campaign->id);
    return to_json(office.transcript());
  };
  CHECK(result(true) == result(false));
}

TEST_CASE("draw: mails to those not drawn resume after a crash without repeats", "[manager]") {
  constexpr int kEntrants = 1'200;
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", [](CampaignSettings& settings) {
    settings.winners = 2;
    settings.alternates = 3;
    settings.notify_not_drawn = true;
    settings.exclusions = {"entrant7@example.org"};
  });
  office.enter_all(campaign, kEntrants);
  office.draws->disqualify_subscriber(kOwner, "autumn", office.subscriber(entrant_address(8)).id,
                                      "x");
  office.finish(campaign);
  CHECK(office.sign_ups->erase_subscriber(
            kOwner, "autumn", office.subscriber(entrant_address(9)).id) == EraseOutcome::erased);
  REQUIRE(office.jobs(job_kinds::kTellNotDrawn).size() == 1);

  std::set<std::int64_t> expected;
  const auto all = office.sign_ups->subscribers("autumn", {.limit = 10'000}).value().subscribers;
  for (const Subscriber& one : all) expected.insert(one.id);
  for (const Drawn& one : office.draws->drawn(campaign->id)) expected.erase(one.subscriber_id);
  expected.erase(office.subscriber(entrant_address(7)).id);
  expected.erase(office.subscriber(entrant_address(8)).id);

  const FatalClock clock(office.clock, 700);  // in the second write
  Draws draws(*office.storage, *office.campaigns, *office.sign_ups, clock, office.signer, 12);
  CHECK_THROWS(draws.tell_not_drawn(campaign->id));
  const std::size_t before = office.all_jobs(job_kinds::kNotDrawn).size();
  CHECK(before > 0);
  CHECK(before < 700);
  office.reopen();
  office.draws->tell_not_drawn(campaign->id);
  office.draws->tell_not_drawn(campaign->id);
  const auto jobs = office.all_jobs(job_kinds::kNotDrawn);
  std::set<std::int64_t> told;
  for (const Job& job : jobs) told.insert(job.subscriber_id);
  CHECK(jobs.size() == told.size());
  CHECK(told == expected);
  CHECK(jobs.front().priority == job_priorities::kNotDrawn);
}

TEST_CASE("draw: once open, the beacon stays, even if the opening is put off", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create();
  const bool verified = GENERATE(false, true);
  if (verified) {
    office.enter("ana@example.org");
  } else {
    office.sign_up("ana@example.org");
  }
  CampaignSettings settings = campaign->settings;
  settings.beacon = lottery("what I throw");
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::terms_fixed);
  settings.beacon = {};
  settings.opens_at = office.clock.now() + std::chrono::hours(1);
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  CHECK(office->state(*office->find("autumn")) == CampaignState::scheduled);
  settings.beacon = lottery("what I throw");
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::terms_fixed);
  CHECK(office->find("autumn")->settings.beacon.kind == BeaconKind::none);
}

TEST_CASE("draw: before anybody could enter, the beacon may change", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
    settings.opens_at = office.clock.now() + std::chrono::hours(1);
  });
  CampaignSettings settings = campaign->settings;
  settings.beacon = lottery("the lottery");
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  office.clock.advance(std::chrono::hours(1));
  settings.beacon = {};
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::terms_fixed);
}
