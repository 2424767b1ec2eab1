#include <atomic>
#include <thread>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kMinute = std::chrono::minutes(1);
constexpr Millis kHour = std::chrono::hours(1);

void conceal(CampaignSettings& settings) {
  settings.duplicates = Duplicates::conceal;
}

}  // namespace

TEST_CASE("sign-up: a new address is stored together with one mail job", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  const SignUpResult result = testing::add_subscriber(
      *office.sign_ups,
      {.campaign = "autumn", .email = "Ana@Example.ORG", .data = {{"age", 7}}, .locale = "en"});
  CHECK(result.outcome == SignUpOutcome::accepted);
  CHECK(result.campaign == campaign);
  CHECK(result.email == "Ana@example.org");
  const Subscriber stored = office.subscriber("ana@example.org");
  CHECK(stored.email == "Ana@example.org");
  CHECK(stored.data == R"({"age":7})");
  CHECK(stored.locale == "en");
  CHECK(stored.created_at == office.clock.now());
  const auto jobs = office.jobs(job_kinds::kVerification);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].lane == lanes::kMail);
  CHECK(jobs[0].state == JobState::ready);
  CHECK(jobs[0].campaign_id == campaign->id);
  CHECK(jobs[0].subscriber_id == stored.id);
  CHECK(jobs[0].max_attempts == 100);
}

TEST_CASE("sign-up: an address counts once, whatever its case", "[manager]") {
  Office office;
  office.create();
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::accepted);
  CHECK(office.outcome("ANA@Example.Org") == SignUpOutcome::already_registered);
  CHECK(office->view("autumn").value().subscribers.pending == 1);
  CHECK(office.verification_mails() == 1);
}

TEST_CASE("sign-up: what cannot be is refused and nothing is stored", "[manager]") {
  Office office;
  office.create();
  office.create("scheduled", [&](CampaignSettings& settings) {
    settings.opens_at = office.clock.now() + Millis{1};
  });
  office.create("closed",
                [&](CampaignSettings& settings) { settings.closes_at = office.clock.now(); });
  CHECK(office.outcome("ana@example") == SignUpOutcome::invalid_email);
  CHECK(office.sign_up("ana@example").campaign);
  CHECK_FALSE(office.sign_up("ana@example", "unknown").campaign);
  CHECK(office.outcome("ana@example.org", "unknown") == SignUpOutcome::no_such_campaign);
  CHECK(office.outcome("ana@example.org", "") == SignUpOutcome::no_such_campaign);
  CHECK(office.outcome("ana@example.org", "scheduled") == SignUpOutcome::not_yet);
  CHECK(office.outcome("ana@example.org", "closed") == SignUpOutcome::over);
  CHECK(office.verification_mails() == 0);
  office.clock.advance(Millis{1});
  CHECK(office.outcome("ana@example.org", "scheduled") == SignUpOutcome::accepted);
}

TEST_CASE("sign-up: after the list was stopped it is refused", "[manager]") {
  Office office;
  office.create();
  office.enter("ana@example.org");
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  CHECK(office.outcome("ben@example.org") == SignUpOutcome::over);
  CHECK(office->view("autumn").value().subscribers.pending == 0);
}

TEST_CASE("sign-up: memory that is behind the database does not let anybody in", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  office.behind_its_back(
      [&](Stores& stores) { stores.campaigns.set_finishing(campaign->id, office.clock.now()); });
  REQUIRE(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::over);
  CHECK(office.verification_mails() == 0);
}

TEST_CASE("sign-up: repeated while pending it sends the mail again, at most once in ten minutes",
          "[manager]") {
  Office office;
  office.create();
  office.sign_up("ana@example.org");
  office.clock.advance(10 * kMinute - Millis{1});
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);
  CHECK(office.verification_mails() == 1);
  office.clock.advance(Millis{1});
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);
  CHECK(office.verification_mails() == 2);
  office.clock.advance(10 * kMinute);
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);
  CHECK(office.verification_mails() == 3);
}

TEST_CASE("sign-up: repeated once verified it sends nothing", "[manager]") {
  Office office;
  office.create();
  office.enter("ana@example.org");
  office.clock.advance(kHour);
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);
  CHECK(office.verification_mails() == 1);
}

TEST_CASE("sign-up: a concealing campaign answers the same to known and new addresses",
          "[manager]") {
  Office office;
  office.create("autumn", conceal);
  const SignUpResult fresh = office.sign_up("ana@example.org");
  const SignUpResult pending = office.sign_up("Ana@example.org");
  testing::verify_subscriber(*office.sign_ups, office.token(office.subscriber("ana@example.org")));
  const SignUpResult verified = office.sign_up("ana@example.org");
  CHECK(fresh.outcome == SignUpOutcome::accepted);
  CHECK(pending.outcome == SignUpOutcome::accepted);
  CHECK(verified.outcome == SignUpOutcome::accepted);
  CHECK(pending.email == "Ana@example.org");  // as it was given now, not as it is stored
  CHECK(verified.campaign == fresh.campaign);
  CHECK(office.verification_mails() == 1);
  const SubscriberCounts counts = office->view("autumn").value().subscribers;
  CHECK(counts.pending + counts.verified == 1);
}

TEST_CASE("sign-up: an address gets so many mails a day, over all campaigns", "[manager]") {
  Office office;
  for (const char* slug : {"a", "b", "c", "d", "e", "f"}) office.create(slug);
  for (const char* slug : {"a", "b", "c", "d", "e"}) {
    CHECK(office.outcome("ana@example.org", slug) == SignUpOutcome::accepted);
    office.clock.advance(kHour);
  }
  const SignUpResult refused = office.sign_up("ANA@example.org", "f");
  CHECK(refused.outcome == SignUpOutcome::too_many_mails);
  CHECK(refused.retry_after == 24 * kHour - 5 * kHour);
  CHECK(office->view("f").value().subscribers.pending == 0);
  CHECK(office.outcome("ben@example.org", "f") == SignUpOutcome::accepted);
  // A known address is told so, without another mail.
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::already_registered);
  CHECK(office.verification_mails() == 6);

  office.clock.advance(refused.retry_after - Millis{1});
  CHECK(office.outcome("ana@example.org", "f") == SignUpOutcome::too_many_mails);
  office.clock.advance(Millis{1});
  CHECK(office.outcome("ana@example.org", "f") == SignUpOutcome::accepted);
}

TEST_CASE("sign-up: repeated mails count for the day too", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 3});
  office.create();
  for (int i = 0; i < 6; ++i) {
    office.sign_up("ana@example.org");
    office.clock.advance(10 * kMinute);
  }
  CHECK(office.verification_mails() == 3);
}

TEST_CASE("sign-up: without a limit no mail is held back", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 0});
  for (int i = 0; i < 10; ++i) {
    const std::string slug = "campaign" + std::to_string(i);
    office.create(slug);
    CHECK(office.outcome("ana@example.org", slug) == SignUpOutcome::accepted);
  }
  for (const Job& job : office.jobs(job_kinds::kVerification)) CHECK(job.state == JobState::ready);
}

TEST_CASE("sign-up: a concealing campaign holds mails back instead of refusing", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 1});
  office.create("first");
  office.create("autumn", conceal);
  const Time first = office.clock.now();
  office.sign_up("ana@example.org", "first");
  office.clock.advance(kHour);
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::accepted);
  CHECK(office.subscriber("ana@example.org").email == "ana@example.org");
  const auto jobs = office.jobs(job_kinds::kVerification);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[1].state == JobState::scheduled);
  CHECK(jobs[1].run_at == first + 24 * kHour);
}

TEST_CASE("sign-up: a thousand racing requests for one address make one subscriber and one mail",
          "[manager]") {
  constexpr int kThreads = 8;
  constexpr int kEach = 125;
  Office office;
  office.create();
  std::atomic<int> accepted{0};
  std::atomic<int> known{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const SignUpOutcome outcome = office.outcome("ana@example.org");
        if (outcome == SignUpOutcome::accepted) ++accepted;
        if (outcome == SignUpOutcome::already_registered) ++known;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(accepted == 1);
  CHECK(known == kThreads * kEach - 1);
  CHECK(office.verification_mails() == 1);
}

TEST_CASE("sign-up: a client has so many a minute, and is told how long to wait", "[manager]") {
  Office office(SignUpOptions{.sign_ups_per_minute = 2});
  office.create();
  const auto sign_up = [&](const std::string& email, Principal who) {
    return testing::add_subscriber(
        *office.sign_ups,
        {.campaign = "autumn", .email = email, .locale = {}, .who = std::move(who)});
  };
  const Principal client{.network = "192.0.2.1"};
  CHECK(sign_up("nobody", client).outcome == SignUpOutcome::invalid_email);  // does not count
  CHECK(sign_up("ana@example.org", client).outcome == SignUpOutcome::accepted);
  CHECK(sign_up("eva@example.org", client).outcome == SignUpOutcome::accepted);
  const SignUpResult refused = sign_up("luz@example.org", client);
  CHECK(refused.outcome == SignUpOutcome::too_many_sign_ups);
  CHECK(refused.retry_after == std::chrono::seconds(30));
  CHECK(refused.campaign->slug == "autumn");
  CHECK(sign_up("luz@example.org", {.network = "192.0.2.2"}).outcome == SignUpOutcome::accepted);
  for (int i = 0; i < 5; ++i) {
    CHECK(sign_up("p" + std::to_string(i) + "@example.org", {.kind = Principal::Kind::owner})
              .outcome == SignUpOutcome::accepted);
  }
  office.clock.advance(std::chrono::seconds(30));
  CHECK(sign_up("sol@example.org", client).outcome == SignUpOutcome::accepted);
}
