// What becomes of prizes after the draw.
#include "manager/prize_office.h"

using namespace promotions;
using promotions::testing::kOwner;

TEST_CASE("prizes: disqualifying a winner promotes the first unused alternate", "[manager]") {
  PrizeOffice office(10, 2, 3);
  CHECK(office.mailed() == std::vector<int>{1, 2});
  office.clock.advance(Millis{5});
  const DisqualifyResult result = office.draws->disqualify(kOwner, "autumn", 2, "under age");
  CHECK(result.outcome == DisqualifyOutcome::disqualified);
  CHECK(result.event.at == std::chrono::floor<std::chrono::seconds>(office.clock.now()));
  CHECK(result.event.position == 2);
  CHECK(result.event.reason == "under age");
  CHECK(result.event.promoted == 3);
  CHECK(office.mailed() == std::vector<int>{1, 2, 3});
  CHECK(office.promoted_for(1) == 4);
  CHECK(office.promoted_for(3) == 5);  // one who was promoted may lose it as well
  CHECK(office.promoted_for(5) == 0);  // nobody is left
  CHECK(office.mailed() == std::vector<int>{1, 2, 3, 4, 5});

  const auto events = office.transcript().events;
  REQUIRE(events.size() == 4);
  CHECK(events[0].reason == "under age");
  CHECK(events[3].promoted == std::nullopt);
  const auto told = office.jobs(job_kinds::kAlternatePromoted);
  REQUIRE(told.size() == 4);
  CHECK(told[3].argument == 4);
  CHECK(office.faults().empty());
}

TEST_CASE("prizes: nobody is disqualified twice, or without having been drawn", "[manager]") {
  PrizeOffice office(10, 2, 1);
  CHECK(office.disqualify(1) == DisqualifyOutcome::disqualified);
  CHECK(office.disqualify(1) == DisqualifyOutcome::already_disqualified);
  office.reopen();
  CHECK(office.disqualify(1) == DisqualifyOutcome::already_disqualified);
  for (const int position : {-1, 0, 4, 2'000}) {
    CHECK(office.disqualify(position) == DisqualifyOutcome::no_such_position);
  }
  CHECK(office.draws->disqualify(kOwner, "unknown", 1, "x").outcome ==
        DisqualifyOutcome::no_such_campaign);
  CHECK(office.transcript().events.size() == 1);
  CHECK(office.mailed() == std::vector<int>{1, 2, 3});

  office.create("other");
  office.enter("ana@example.org", "other");
  CHECK(office.draws->disqualify(kOwner, "other", 1, "x").outcome == DisqualifyOutcome::not_drawn);
  office.draws->finish_campaign(kOwner, "other", Millis{0});
  office.draws->seal(office->find("other")->id);
  CHECK(office.draws->disqualify(kOwner, "other", 1, "x").outcome == DisqualifyOutcome::not_drawn);
}

TEST_CASE("prizes: an unused alternate that is disqualified is passed over", "[manager]") {
  PrizeOffice office(10, 1, 3);
  CHECK(office.promoted_for(2) == 0);
  CHECK(office.mailed() == std::vector<int>{1});  // no prize was lost, nobody gets one
  CHECK(office.jobs(job_kinds::kAlternatePromoted).empty());
  CHECK(office.promoted_for(1) == 3);
  CHECK(office.disqualify(2) == DisqualifyOutcome::already_disqualified);
  CHECK(office.mailed() == std::vector<int>{1, 3});
  CHECK(office.jobs(job_kinds::kAlternatePromoted).at(0).argument == 2);
  CHECK(office.faults().empty());
}

TEST_CASE("prizes: an event is not before the draw though the clock was set back", "[manager]") {
  PrizeOffice office(3, 1, 1);
  const Time drawn_at = office.campaign->finished_at.value();
  office.clock.set(drawn_at - std::chrono::hours(1));
  CHECK(office.promoted_for(1) == 2);
  CHECK(office.transcript().events.at(0).at == drawn_at);
  CHECK(office.faults().empty());
}

TEST_CASE("prizes: the button claims, once", "[manager]") {
  PrizeOffice office(5, 2, 2, claimed_within_a_day);
  CHECK(office.at(1).claim_until == office.clock.now() + kWithin);
  CHECK(office.claim(1, VerifyIntent::look) == ClaimOutcome::pending);
  CHECK_FALSE(office.at(1).claimed_at);
  const ClaimResult result = office.draws->claim(office.claim_token(1), VerifyIntent::confirm);
  CHECK(result.outcome == ClaimOutcome::claimed);
  CHECK(result.campaign->slug == "autumn");
  CHECK(result.drawn.position == 1);
  CHECK(office.at(1).claimed_at == office.clock.now());
  office.clock.advance(Millis{5});
  CHECK(office.claim(1) == ClaimOutcome::already_claimed);
  CHECK(office.at(1).claimed_at == office.clock.now() - Millis{5});
  CHECK_FALSE(office.at(2).claimed_at);
  CHECK(office.claim(3) == ClaimOutcome::invalid_token);  // an alternate without a prize
}

TEST_CASE("prizes: opening the link claims nothing, whatever verifies", "[manager]") {
  const auto verification = GENERATE(Verification::link, Verification::confirm);
  PrizeOffice office(5, 1, 1, [&](CampaignSettings& settings) {
    settings.claim_within = kWithin;
    settings.verification = verification;
    settings.prizes = {{{"", {{"en", "Hamper"}, {"es", "Cesta"}}}, 1}};
  });
  for (const VerifyIntent intent : {VerifyIntent::look, VerifyIntent::open_link}) {
    const ClaimResult result = office.draws->claim(office.claim_token(1), intent);
    CHECK(result.outcome == ClaimOutcome::pending);
    CHECK(result.prize.value().name.by_language.at("es") == "Cesta");
  }
  CHECK_FALSE(office.at(1).claimed_at);
  CHECK(office.claim(1, VerifyIntent::confirm) == ClaimOutcome::claimed);
  CHECK(office.claim(1, VerifyIntent::open_link) == ClaimOutcome::already_claimed);
}

TEST_CASE("prizes: only the token of a claim claims", "[manager]") {
  PrizeOffice office(5, 1, 1, claimed_within_a_day);
  const auto outcome = [&](const std::string& token) {
    return office.draws->claim(token, VerifyIntent::confirm).outcome;
  };
  const std::string token = office.claim_token(1);
  CHECK(outcome("") == ClaimOutcome::invalid_token);
  CHECK(outcome(token + "A") == ClaimOutcome::invalid_token);
  CHECK(outcome(office.claim_token(1, TokenPurpose::verify)) == ClaimOutcome::invalid_token);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::invalid_token);
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.at(1).subscriber_id);
  CHECK(outcome(token) == ClaimOutcome::invalid_token);
}

TEST_CASE("prizes: whoever does not claim in time loses the prize to the next", "[manager]") {
  PrizeOffice office(5, 2, 2, claimed_within_a_day);
  const auto jobs = office.jobs(job_kinds::kEndClaim);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[0].run_at == office.clock.now() + kWithin);
  CHECK(jobs[0].argument == 1);
  CHECK(jobs[1].argument == 2);
  office.clock.advance(kWithin - Millis{1});
  CHECK(office.claim(2) == ClaimOutcome::claimed);
  CHECK(office.claim(1, VerifyIntent::look) == ClaimOutcome::pending);
  office.clock.advance(Millis{1});
  CHECK(office.claim(1) == ClaimOutcome::over);  // before the job, and after it
  office.end_claim(1);
  CHECK(office.claim(1) == ClaimOutcome::over);
  office.end_claim(1);
  office.end_claim(2);

  const auto events = office.transcript().events;
  REQUIRE(events.size() == 1);
  CHECK(events[0].position == 1);
  CHECK(events[0].promoted == 3);
  CHECK(events[0].reason == "unclaimed in es");
  CHECK(office.mailed() == std::vector<int>{1, 2, 3});
  CHECK_FALSE(office.at(3).claim_until);
  office.deliver_all();
  CHECK(office.at(3).claim_until == office.clock.now() + kWithin);
  const auto more = office.jobs(job_kinds::kEndClaim);
  REQUIRE(more.size() == 3);
  CHECK(more[2].argument == 3);
  CHECK(more[2].run_at == office.clock.now() + kWithin);
  CHECK(office.claim(2) == ClaimOutcome::already_claimed);

  office.clock.advance(kWithin);
  office.end_claim(3);
  CHECK(office.transcript().events.at(1).promoted == 4);
  CHECK(office.claim(4) == ClaimOutcome::claimed);
  CHECK(office.faults().empty());
}

TEST_CASE("prizes: a disqualified winner claims nothing, not even a claimed prize", "[manager]") {
  PrizeOffice office(5, 2, 1, claimed_within_a_day);
  CHECK(office.claim(1) == ClaimOutcome::claimed);
  CHECK(office.promoted_for(1) == 3);
  CHECK(office.claim(1) == ClaimOutcome::over);
  CHECK(office.promoted_for(2) == 0);
  CHECK(office.claim(2) == ClaimOutcome::over);
  // Their time is over too, and nobody loses a prize twice.
  office.clock.advance(kWithin);
  office.end_claim(1);
  office.end_claim(2);
  CHECK(office.transcript().events.size() == 2);
}

TEST_CASE("prizes: without a time to claim there is nothing to claim", "[manager]") {
  PrizeOffice office(5, 1, 1);
  CHECK_FALSE(office.at(1).claim_until);
  CHECK(office.claim(1) == ClaimOutcome::invalid_token);
  CHECK(office.jobs(job_kinds::kEndClaim).empty());
}

TEST_CASE("prizes: what has passed on is nobody's to take away", "[manager]") {
  PrizeOffice office(5, 1, 2, claimed_within_a_day);
  office.clock.advance(kWithin);
  office.end_claim(1);
  CHECK(office.disqualify(1) == DisqualifyOutcome::passed_on);
  CHECK(office.transcript().events.size() == 1);
}

TEST_CASE("prizes: one whose winner is erased passes on at once", "[manager]") {
  const bool is_within = GENERATE(false, true);
  PrizeOffice office(6, 2, 2, [&](CampaignSettings& settings) {
    if (is_within) settings.claim_within = kWithin;
  });
  const auto erase = [&](int position) {
    return office.sign_ups->erase_subscriber(kOwner, "autumn", office.at(position).subscriber_id);
  };
  CHECK(erase(3) == EraseOutcome::erased);  // waits, and has nothing to lose
  CHECK(office.transcript().events.empty());
  CHECK(erase(1) == EraseOutcome::erased);
  const auto events = office.transcript().events;
  REQUIRE(events.size() == 2);
  for (const DrawEvent& event : events) {
    CHECK(event.kind == DrawEventKind::unreachable);
    CHECK(event.reason == "withdrawn");
  }
  CHECK(events[0].position == 1);
  CHECK(events[0].promoted == 3);
  CHECK(events[1].position == 3);  // who was erased before
  CHECK(events[1].promoted == 4);
  CHECK(office.mailed() == std::vector<int>{1, 2, 4});
  CHECK(office.state(1) == PrizeState::passed_on);
  CHECK(office.state(4) == PrizeState::pending);
  CHECK(office.jobs(job_kinds::kAlternatePromoted).size() == 2);
  CHECK(office.faults().empty());
}

TEST_CASE("prizes: a claimed prize stays whose it is when the winner is erased", "[manager]") {
  PrizeOffice office(5, 1, 1, claimed_within_a_day);
  CHECK(office.claim(1) == ClaimOutcome::claimed);
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.at(1).subscriber_id);
  CHECK(office.transcript().events.empty());
  CHECK(office.state(1) == PrizeState::claimed);
}

TEST_CASE("prizes: who was erased between seal and draw can be drawn, and loses it at once",
          "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(2, 2));
  office.enter_all(campaign, 4);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.draws->seal(campaign->id);
  for (int number = 1; number <= 3; ++number) {
    office.sign_ups->erase_subscriber(kOwner, "autumn",
                                      office.subscriber(entrant_address(number)).id);
  }
  office.draws->draw(campaign->id);
  const Transcript transcript = office.transcript();
  CHECK(transcript.drawn.size() == 4);
  CHECK(office.faults().empty());
  // One is left, who has a prize or waited for it, and is the only one who is mailed.
  CHECK(office.jobs(job_kinds::kWinner).size() == 1);
  int left = 0;
  for (const Drawn& one : office.draws->drawn(campaign->id)) {
    if (has_prize(state_of(one))) ++left;
  }
  CHECK(left == 1);
}

TEST_CASE("prizes: an unknown campaign or position ends no claim", "[manager]") {
  PrizeOffice office(5, 1, 1, claimed_within_a_day);
  CHECK_NOTHROW(office.draws->end_claim(99, 1, PrizeOffice::reason_for));
  CHECK_NOTHROW(office.end_claim(7));
  office.end_claim(2);  // an alternate without a prize keeps its turn
  CHECK(office.transcript().events.empty());
}
