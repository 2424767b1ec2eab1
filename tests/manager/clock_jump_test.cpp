// The clock is set forward and back by a day.
#include "manager/known_addresses.h"
#include "manager/office.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Millis kMinute = std::chrono::minutes(1);
constexpr Millis kDay = std::chrono::hours(24);

}  // namespace

TEST_CASE("clock jump: a repeated sign-up gets its mail again as if nothing had happened",
          "[manager]") {
  const auto duplicates = GENERATE(Duplicates::reject, Duplicates::conceal);
  const Millis jump{GENERATE(1, -1) * kDay};
  Office office;
  office.create("autumn", [&](CampaignSettings& settings) { settings.duplicates = duplicates; });
  office.sign_up("ana@example.org");
  REQUIRE(office.verification_mails() == 1);
  office.clock.advance(jump);
  office.sign_up("ana@example.org");
  CHECK(office.verification_mails() == 2);
  office.sign_up("ana@example.org");  // at most once in ten minutes
  CHECK(office.verification_mails() == 2);
  office.clock.advance(10 * kMinute);
  office.sign_up("ana@example.org");
  CHECK(office.verification_mails() == 3);
  CHECK(office->view("autumn")->subscribers.pending == 1);
}

TEST_CASE("clock jump: the limit of mails a day does not last longer for it", "[manager]") {
  Office office({.mails_per_address_per_day = 1});
  office.create();
  office.create("winter");
  office.clock.advance(kDay);
  office.sign_up("ana@example.org");
  REQUIRE(office.outcome("ana@example.org", "winter") == SignUpOutcome::too_many_mails);
  office.clock.advance(-kDay);
  CHECK(office.outcome("ana@example.org", "winter") == SignUpOutcome::accepted);
  CHECK(office.outcome("ben@example.org") == SignUpOutcome::accepted);
  CHECK(office.outcome("ben@example.org", "winter") == SignUpOutcome::too_many_mails);
}

TEST_CASE("clock jump: a token verifies once, long after its time or before it", "[manager]") {
  const Millis jump{GENERATE(1, -1) * kDay};
  Office office;
  office.create();
  office.sign_up("ana@example.org");
  const std::string token = office.token(office.subscriber("ana@example.org"));
  office.clock.advance(jump);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
  office.clock.advance(-jump);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::already_verified);
  CHECK(office->view("autumn")->subscribers.verified == 1);
}

TEST_CASE("clock jump: a known address is known no longer than it would have been", "[manager]") {
  FixedRandom random;
  KnownAddresses known(random, KnownAddresses::kDefaultMaxBytes, 10 * kMinute);
  const Time now = ManualClock::kStart;
  known.remember(1, "ana@example.org", now + 10 * kMinute);
  known.remember(1, "eva@example.org", std::nullopt);
  CHECK(known.is_settled(1, "ana@example.org", now));
  CHECK(known.is_settled(1, "ana@example.org", now - kMinute));  // a request that began before
  CHECK_FALSE(known.is_settled(1, "ana@example.org", now - kDay));
  CHECK_FALSE(known.is_settled(1, "ana@example.org", now + kDay));
  CHECK(known.is_settled(1, "eva@example.org", now - kDay));
}
