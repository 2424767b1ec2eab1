#include <set>
#include <thread>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

using Tickets = std::vector<std::int64_t>;

Tickets tickets_of(const FinishResult& result) {
  Tickets tickets;
  for (const Drawn& drawn : result.drawn) tickets.push_back(drawn.ticket);
  return tickets;
}

std::string address(int number) {
  return "entrant" + std::to_string(number) + "@example.org";
}

// A campaign with so many entrants and one who never verified.
CampaignPtr fill(Office& office, int entrants, int winners, int alternates) {
  const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
    settings.winners = winners;
    settings.alternates = alternates;
  });
  for (int i = 1; i <= entrants; ++i) office.enter(address(i));
  office.sign_up("pending@example.org");
  return campaign;
}

}  // namespace

TEST_CASE("finish: an unknown campaign is none", "[manager]") {
  Office office;
  CHECK(office.draws->finish_campaign(kOwner, "unknown", Millis{0}).outcome ==
        FinishOutcome::no_such_campaign);
  CHECK(office.draws->peek_finish("unknown").outcome == FinishOutcome::no_such_campaign);
  CHECK_NOTHROW(office.complete_finish(99));
}

TEST_CASE("finish: without a verified subscriber the campaign stays as it was", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  office.sign_up("ana@example.org");
  const FinishResult result = office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  CHECK(result.outcome == FinishOutcome::no_verified_subscribers);
  CHECK(result.campaign == campaign);
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(office.jobs(job_kinds::kFinishCampaign).empty());
  CHECK(testing::verify_subscriber(*office.sign_ups,
                                   office.token(office.subscriber("ana@example.org")))
            .outcome == VerifyOutcome::verified);
  CHECK(office.draws->finish_campaign(kOwner, "autumn", Millis{0}).outcome ==
        FinishOutcome::finishing);
}

TEST_CASE("finish: stops the list, draws in a job, and mails winners and organiser", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 6, 2, 1);
  const FinishResult begun = office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  CHECK(begun.outcome == FinishOutcome::finishing);
  CHECK(office->state(*begun.campaign) == CampaignState::finishing);
  const auto jobs = office.jobs(job_kinds::kFinishCampaign);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].lane == lanes::kWork);
  CHECK(jobs[0].campaign_id == campaign->id);
  CHECK(office.draws->finish_campaign(kOwner, "autumn", Millis{0}).outcome ==
        FinishOutcome::finishing);
  CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 1);

  office.clock.advance(Millis{5});
  office.complete_finish(campaign->id);
  const FinishResult result = office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  CHECK(result.outcome == FinishOutcome::finished);
  CHECK(result.entrants == 6);
  CHECK(result.campaign->finished_at == office.clock.now());
  REQUIRE(result.drawn.size() == 3);
  std::set<std::int64_t> tickets;
  for (std::size_t i = 0; i < 3; ++i) {
    const Drawn& drawn = result.drawn[i];
    CHECK(drawn.position == static_cast<int>(i) + 1);
    CHECK(drawn.winner == (i < 2));
    CHECK(drawn.ticket >= 1);
    CHECK(drawn.ticket <= 6);
    CHECK(drawn.email == address(static_cast<int>(drawn.ticket)));  // they entered in this order
    tickets.insert(drawn.ticket);
  }
  CHECK(tickets.size() == 3);

  const auto mails = office.jobs(job_kinds::kWinner);
  REQUIRE(mails.size() == 2);
  CHECK(mails[0].subscriber_id == result.drawn[0].subscriber_id);
  CHECK(mails[1].subscriber_id == result.drawn[1].subscriber_id);
  CHECK(mails[0].lane == lanes::kMail);
  CHECK(office.jobs(job_kinds::kAdminResult).size() == 1);
}

TEST_CASE("finish: repeated, the answer is the same and no mail is added", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 5, 2, 2);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  const FinishResult first = office.draws->peek_finish("autumn");
  office.clock.advance(std::chrono::hours(1));
  office.complete_finish(campaign->id);
  office.reopen();
  office.complete_finish(campaign->id);
  const FinishResult again = office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  CHECK(again.outcome == FinishOutcome::finished);
  CHECK(tickets_of(again) == tickets_of(first));
  CHECK(again.campaign->finished_at == first.campaign->finished_at);
  CHECK(office.jobs(job_kinds::kWinner).size() == 2);
  CHECK(office.jobs(job_kinds::kAdminResult).size() == 1);
}

TEST_CASE("finish: interrupted, it completes with the same winners", "[manager]") {
  const auto winners = [](bool interrupt) {
    Office office;
    const CampaignPtr campaign = fill(office, 20, 3, 2);
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    if (interrupt) {
      office.reopen();
      std::array<unsigned char, 8> skipped{};
      office.random.fill(skipped);  // what comes now must not matter
      CHECK(office->state(*office->find("autumn")) == CampaignState::finishing);
      CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 1);  // completes it by itself
      CHECK(office.draws->finish_campaign(kOwner, "autumn", Millis{0}).outcome ==
            FinishOutcome::finishing);
    }
    office.complete_finish(campaign->id);
    return tickets_of(office.draws->peek_finish("autumn"));
  };
  const Tickets expected = winners(false);
  CHECK(expected.size() == 5);
  CHECK(winners(true) == expected);
}

TEST_CASE("finish: with fewer entrants than prizes all of them win", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 2, 3, 4);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  const FinishResult result = office.draws->peek_finish("autumn");
  CHECK(result.entrants == 2);
  REQUIRE(result.drawn.size() == 2);
  CHECK(result.drawn[0].winner);
  CHECK(result.drawn[1].winner);
}

TEST_CASE("finish: whoever waits is answered when the draw is done", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 3, 1, 0);
  const FinishResult result = office.finish_and_wait(campaign);
  CHECK(result.outcome == FinishOutcome::finished);
  CHECK(result.drawn.size() == 1);
}

TEST_CASE("finish: racing requests make one draw", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 10, 3, 0);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      office.draws->finish_campaign(kOwner, "autumn", Millis{0});
      office.complete_finish(campaign->id);
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(office.draws->peek_finish("autumn").drawn.size() == 3);
  CHECK(office.jobs(job_kinds::kFinishCampaign).size() == 1);
  CHECK(office.jobs(job_kinds::kWinner).size() == 3);
  CHECK(office.jobs(job_kinds::kAdminResult).size() == 1);
}

TEST_CASE("finish: gaps in the tickets are passed over", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 4, 4, 0);
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.subscriber(address(2)).id);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  const FinishResult result = office.draws->peek_finish("autumn");
  CHECK(result.entrants == 3);
  const Tickets tickets = tickets_of(result);
  CHECK(std::set<std::int64_t>(tickets.begin(), tickets.end()) == std::set<std::int64_t>{1, 3, 4});
}

TEST_CASE("finish: erasing a winner keeps the result, without the address", "[manager]") {
  Office office;
  const CampaignPtr campaign = fill(office, 5, 2, 0);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  SECTION("before the draw is done") {
    office.draws->seal(campaign->id);
    for (int i = 1; i <= 5; ++i) {
      CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", office.subscriber(address(i)).id) ==
            EraseOutcome::erased);
    }
    office.complete_finish(campaign->id);
  }
  SECTION("after it") {
    office.complete_finish(campaign->id);
    const FinishResult before = office.draws->peek_finish("autumn");
    const std::int64_t winner = before.drawn[0].subscriber_id;
    CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", winner) == EraseOutcome::erased);
    CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", winner) ==
          EraseOutcome::no_such_subscriber);
    const FinishResult after = office.draws->peek_finish("autumn");
    CHECK(tickets_of(after) == tickets_of(before));
    CHECK(after.drawn[1].email == before.drawn[1].email);
  }
  const FinishResult result = office.draws->peek_finish("autumn");
  CHECK(result.entrants == 5);
  REQUIRE(result.drawn.size() == 2);
  CHECK(result.drawn[0].email.empty());
}
