// What a person is told who was disqualified before the seal: never that they take part.
#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

DisqualifyOutcome disqualify(Office& office, const Subscriber& subscriber) {
  return office.draws->disqualify_subscriber(kOwner, "autumn", subscriber.id, "two entries")
      .outcome;
}

}  // namespace

TEST_CASE("a disqualified subscriber: neither link nor sign-up says that they take part",
          "[manager]") {
  Office office;
  office.create();
  const Subscriber verified = office.enter("ana@example.org");
  office.sign_up("eva@example.org");
  const Subscriber pending = office.subscriber("eva@example.org");
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);  // memory knows
  for (const Subscriber& subscriber : {verified, pending}) {
    CAPTURE(subscriber.email);
    REQUIRE(disqualify(office, subscriber) == DisqualifyOutcome::disqualified);
    for (const bool reopened : {false, true}) {
      if (reopened) office.reopen();
      CHECK(testing::verify_subscriber(*office.sign_ups, office.token(subscriber)).outcome ==
            VerifyOutcome::not_eligible);
      CHECK(office.outcome(subscriber.email) == SignUpOutcome::not_eligible);
    }
  }
  CHECK_FALSE(office.subscriber("eva@example.org").ticket.has_value());
  CHECK(office.jobs(job_kinds::kReceipt).size() == 1);  // Ana's, of before
}

TEST_CASE("a disqualified subscriber: a concealing campaign answers as ever, and mails nothing",
          "[manager]") {
  Office office;
  office.create("autumn",
                [](CampaignSettings& settings) { settings.duplicates = Duplicates::conceal; });
  const Subscriber ana = office.enter("ana@example.org");
  REQUIRE(disqualify(office, ana) == DisqualifyOutcome::disqualified);
  const std::size_t mails = office.verification_mails();
  office.clock.advance(std::chrono::hours(1));
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::accepted);
  CHECK(office.verification_mails() == mails);
  CHECK(office.jobs(job_kinds::kAlreadyVerified).empty());
}
