// How many verification mails an address gets in a day, whatever happens in between.
#include <algorithm>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kHour = std::chrono::hours(1);
constexpr Millis kDay = std::chrono::hours(24);
constexpr Millis kResendAfter = std::chrono::minutes(10);

}  // namespace

TEST_CASE("mails of an address: count over campaigns, spellings, repetitions and restarts",
          "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 4});
  for (const char* slug : {"a", "b", "c", "d"}) office.create(slug);
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::accepted);
  CHECK(office.outcome("ANA@Example.org", "b") == SignUpOutcome::accepted);
  office.reopen();
  office.clock.advance(kResendAfter);
  CHECK(office.outcome("Ana@example.ORG", "a") == SignUpOutcome::already_registered);  // mailed
  CHECK(office.verification_mails() == 3);
  CHECK(office.outcome("aNa@example.org", "c") == SignUpOutcome::accepted);
  office.reopen();
  CHECK(office.outcome("anA@example.org", "d") == SignUpOutcome::too_many_mails);
  office.clock.advance(kResendAfter);
  CHECK(office.outcome("ana@example.org", "b") == SignUpOutcome::already_registered);  // not mailed
  CHECK(office.verification_mails() == 4);
  CHECK(office.outcome("anna@example.org", "d") == SignUpOutcome::accepted);
}

TEST_CASE("mails of an address: still count when its subscribers are erased", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 2});
  for (const char* slug : {"a", "b"}) office.create(slug);
  for (int i = 0; i < 2; ++i) {
    CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::accepted);
    const std::int64_t id = office.subscriber("ana@example.org", "a").id;
    CHECK(office.sign_ups->erase_subscriber(kOwner, "a", id) == EraseOutcome::erased);
    office.clock.advance(kHour);
  }
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::too_many_mails);
  office.reopen();
  const SignUpResult refused = office.sign_up("Ana@example.org", "b");
  CHECK(refused.outcome == SignUpOutcome::too_many_mails);
  CHECK(refused.retry_after == 22 * kHour);
  CHECK(office.outcome("ben@example.org", "b") == SignUpOutcome::accepted);
  office.clock.advance(22 * kHour);
  CHECK(office.outcome("ana@example.org", "b") == SignUpOutcome::accepted);
}

TEST_CASE("mails of an address: still count when their campaign is removed", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 1});
  office.create("a");
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::accepted);
  CHECK(office->remove(kOwner, "a"));
  office.create("a");
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::too_many_mails);
}

TEST_CASE("mails of an address: what is counted of erased ones is forgotten after a day",
          "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 1});
  office.create("a");
  office.sign_up("ana@example.org", "a");
  office.sign_ups->erase_subscriber(kOwner, "a", office.subscriber("ana@example.org", "a").id);
  const auto prune = [&] {
    return office.storage->write([&](Stores& stores) {
      return stores.subscribers.prune_erased(office.clock.now() - kDay, 100);
    });
  };
  office.clock.advance(kDay - Millis{1});
  CHECK(prune() == 0);
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::too_many_mails);
  office.clock.advance(Millis{1});
  CHECK(prune() == 1);
  CHECK(prune() == 0);
  CHECK(office.outcome("ana@example.org", "a") == SignUpOutcome::accepted);
  // What was mailed longer ago need not be kept at all.
  office.clock.advance(kDay);
  office.sign_ups->erase_subscriber(kOwner, "a", office.subscriber("ana@example.org", "a").id);
  CHECK(prune() == 0);
}

TEST_CASE("mails of an address: those that concealing campaigns hold back do not come all at once",
          "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 2});
  const Time first = office.clock.now();
  for (int i = 0; i < 7; ++i) {
    const std::string slug = "campaign" + std::to_string(i);
    office.create(slug,
                  [](CampaignSettings& settings) { settings.duplicates = Duplicates::conceal; });
    CHECK(office.outcome("ana@example.org", slug) == SignUpOutcome::accepted);
  }
  std::vector<Time> times;
  for (const Job& job : office.jobs(job_kinds::kVerification)) times.push_back(job.run_at);
  const std::vector<Time> wanted{
      first,           first, first + kDay, first + kDay, first + 2 * kDay, first + 2 * kDay,
      first + 3 * kDay};
  CHECK(times == wanted);
  // A day after the first ones only those that were held back are counted.
  office.create("plain");
  office.clock.advance(kDay + kHour);
  CHECK(office.outcome("ana@example.org", "plain") == SignUpOutcome::too_many_mails);
}
