// What somebody who wants a certain winner might try on a running program.
#include <atomic>
#include <thread>

#include "manager/draw_office.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kHour = std::chrono::hours(1);

void by_lottery(CampaignSettings& settings) {
  settings.winners = 2;
  settings.alternates = 1;
  settings.beacon = {BeaconKind::public_source, "the lottery of 24 December", "", 0};
  settings.beacon.format = "99 99 99";
  settings.beacon.known_from = ManualClock::kStart + std::chrono::hours(24);
}

std::string value_of(int number) {
  return "00 00 0" + std::to_string(number);
}

}  // namespace

TEST_CASE("draw: finishes racing with different values cannot try more than one", "[manager]") {
  constexpr int kThreads = 8;
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", by_lottery);
  office.enter_all(campaign, 50);
  office.draws->finish_campaign(kOwner, "autumn", std::nullopt, Millis{0});
  office.draws->seal(campaign->id);
  REQUIRE(office->find("autumn")->sealed_at);

  std::atomic<bool> go = false;
  std::array<FinishOutcome, kThreads> outcomes{};
  std::vector<std::thread> racing;
  for (int i = 0; i < kThreads; ++i) {
    racing.emplace_back([&, i] {
      while (!go) std::this_thread::yield();
      const std::size_t place = static_cast<std::size_t>(i);
      outcomes.at(place) =
          office.draws->finish_campaign(kOwner, "autumn", value_of(i), Millis{0}).outcome;
      office.draws->draw(campaign->id);  // as each one's job would
    });
  }
  go = true;
  for (std::thread& one : racing) one.join();

  int taken = -1;
  for (int i = 0; i < kThreads; ++i) {
    const FinishOutcome outcome = outcomes.at(static_cast<std::size_t>(i));
    if (outcome == FinishOutcome::value_fixed) continue;
    // By the time that it looks, somebody's draw may be over.
    CHECK((outcome == FinishOutcome::finishing || outcome == FinishOutcome::finished));
    CHECK(taken == -1);
    taken = i;
  }
  REQUIRE(taken >= 0);
  CHECK(office.transcript().reveal.value == value_of(taken));
  CHECK(office.faults().empty());
  CHECK(office.jobs(job_kinds::kWinner).size() == 2);
  // The same value, or none, is told the result; another one is not.
  for (int i = 0; i < kThreads; ++i) {
    CHECK(office.draws->finish_campaign(kOwner, "autumn", value_of(i), Millis{0}).outcome ==
          (i == taken ? FinishOutcome::finished : FinishOutcome::value_fixed));
  }
  CHECK(office.draws->finish_campaign(kOwner, "autumn", std::nullopt, Millis{0}).outcome ==
        FinishOutcome::finished);
}

TEST_CASE("draw: a clock that is set back cannot date a seal before its terms or the list's end",
          "[manager]") {
  for (const Millis back : {Millis{1}, kHour, 400 * 24 * kHour}) {
    CAPTURE(back.count());
    DrawOffice office;
    const bool has_end = GENERATE(false, true);
    const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
      if (has_end) settings.closes_at = office.clock.now() + kHour;
    });
    office.enter_all(campaign, 5);
    office.clock.advance(kHour);
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    REQUIRE(office->find("autumn")->finishing_at);
    office.clock.advance(-back);
    office.complete_finish(campaign->id);
    const Transcript transcript = office.transcript();
    CHECK(transcript.seal.sealed_at >= transcript.terms.at);
    if (has_end) CHECK(transcript.seal.sealed_at >= *campaign->settings.closes_at);
    CHECK(office.faults().empty());
  }
}

TEST_CASE("draw: a clock that is set back cannot stop a list before its end", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
    settings.closes_at = office.clock.now() + kHour;
  });
  office.enter_all(campaign, 2);
  office.clock.advance(kHour);
  office.clock.advance(-Millis{1});
  CHECK(office.draws->finish_campaign(kOwner, "autumn", Millis{0}).outcome ==
        FinishOutcome::not_closed);
}

TEST_CASE("draw: a clock that is set back cannot date what happens to a prize before the seal",
          "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(2, 2));
  office.enter_all(campaign, 8);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.draws->seal(campaign->id);
  office.clock.advance(-kHour);
  office.draws->draw(campaign->id);
  REQUIRE(office->find("autumn")->finished_at);
  CHECK(office.draws->disqualify(kOwner, "autumn", 1, "no answer").outcome ==
        DisqualifyOutcome::disqualified);
  office.clock.advance(-kHour);
  CHECK(office.draws->disqualify(kOwner, "autumn", 2, "no answer").outcome ==
        DisqualifyOutcome::disqualified);
  const Transcript transcript = office.transcript();
  REQUIRE(transcript.events.size() == 2);
  CHECK(transcript.events[0].at >= transcript.seal.sealed_at);
  CHECK(transcript.events[1].at >= transcript.events[0].at);
  CHECK(office.faults().empty());
}

TEST_CASE("draw: a finish that is asked for again cannot draw again", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(2, 1));
  office.enter_all(campaign, 20);
  office.finish(campaign);
  const std::string first = to_json(office.transcript()).dump();
  // What was erased or entered since cannot change it either.
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.subscriber(entrant_address(1)).id);
  office.clock.advance(kHour);
  office.finish(campaign);
  office.draws->draw(campaign->id, BeaconAnswer{std::string(64, 'a')});
  Json again = to_json(office.transcript());
  // The erased one may have won, which is an event and the only change.
  again["events"] = Json::array();
  Json before = Json::parse(first);
  for (Json* one : {&again, &before}) one->erase("digest");
  CHECK(again == before);
  CHECK(office.faults().empty());
}
