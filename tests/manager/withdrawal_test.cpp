// Participants who erase their own entry by the link in their receipt.
#include "manager/prize_office.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

std::string withdraw_token(const Office& office, std::int64_t id, Time verified_at) {
  return office.signer.sign(withdrawal_of(id), verified_at);
}

std::string withdraw_token(const Office& office, const Subscriber& subscriber) {
  return withdraw_token(office, subscriber.id, subscriber.verified_at.value());
}

WithdrawResult withdraw(Office& office, const std::string& token,
                        VerifyIntent intent = VerifyIntent::confirm) {
  return testing::wait_for<WithdrawResult>([&](Done<WithdrawResult> done) {
    office.sign_ups->withdraw(token, intent, std::move(done));
  });
}

std::optional<Subscriber> stored(Office& office, std::int64_t id) {
  return office.storage->read([&](const Stores& stores) { return stores.subscribers.find(id); });
}

}  // namespace

TEST_CASE("withdrawal: only the button erases, and twice it says that it is done", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.enter("ben@example.org");
  const std::string token = withdraw_token(office, ana);
  for (const VerifyIntent intent : {VerifyIntent::look, VerifyIntent::open_link}) {
    const WithdrawResult result = withdraw(office, token, intent);
    CHECK(result.outcome == WithdrawOutcome::pending);
    CHECK(result.campaign == campaign);
    CHECK(result.ticket == 1);
    CHECK_FALSE(result.is_sealed);
  }
  CHECK(stored(office, ana.id));

  CHECK(withdraw(office, token).outcome == WithdrawOutcome::withdrawn);
  CHECK_FALSE(stored(office, ana.id));
  CHECK(office->view("autumn").value().subscribers.verified == 1);
  for (const VerifyIntent intent : {VerifyIntent::look, VerifyIntent::confirm}) {
    CHECK(withdraw(office, token, intent).outcome == WithdrawOutcome::already_withdrawn);
  }
}

TEST_CASE("withdrawal: whoever withdrew can enter anew, and the old link does not reach that entry",
          "[manager]") {
  Office office;
  office.create();
  const Subscriber former = office.enter("ana@example.org");
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);  // memory knows
  REQUIRE(withdraw(office, withdraw_token(office, former)).outcome == WithdrawOutcome::withdrawn);
  const Subscriber again = office.enter("ana@example.org");
  CHECK(again.ticket == 2);
  CHECK(withdraw(office, withdraw_token(office, former)).outcome ==
        WithdrawOutcome::already_withdrawn);
  CHECK(office.subscriber("ana@example.org").id == again.id);
}

TEST_CASE("withdrawal: the link works as long as the campaign is there", "[manager]") {
  Office office;
  office.create("autumn",
                [](CampaignSettings& settings) { settings.token_ttl = std::chrono::hours(1); });
  const Subscriber ana = office.enter("ana@example.org");
  const std::string token = withdraw_token(office, ana);
  office.clock.advance(std::chrono::hours(24 * 400));
  CHECK(withdraw(office, token, VerifyIntent::look).outcome == WithdrawOutcome::pending);
  office->remove(kOwner, "autumn");
  const WithdrawResult result = withdraw(office, token);
  CHECK(result.outcome == WithdrawOutcome::already_withdrawn);
  CHECK_FALSE(result.campaign);
}

TEST_CASE("withdrawal: a forged token gets one answer, whether the entry is there or not",
          "[manager]") {
  Office office;
  office.create();
  const Subscriber ana = office.enter("ana@example.org");
  const Time then = ana.verified_at.value();
  const std::int64_t nobody = ana.id + 99;
  for (const std::int64_t id : {ana.id, nobody}) {
    CAPTURE(id);
    const TokenSubject verify{TokenPurpose::verify, ana.campaign_id, id, ana.email_key};
    const TokenSubject claim{TokenPurpose::claim, ana.campaign_id, id, ana.email_key};
    for (const std::string& token :
         {TokenSigner(TokenSecret{9}).sign(withdrawal_of(id), then),
          office.signer.sign(verify, then), office.signer.sign(claim, then), std::string(),
          std::string("nonsense")}) {
      const WithdrawResult result = withdraw(office, token);
      CHECK(result.outcome == WithdrawOutcome::invalid_token);
      CHECK_FALSE(result.campaign);
    }
  }
  CHECK(testing::verify_subscriber(*office.sign_ups, withdraw_token(office, ana)).outcome ==
        VerifyOutcome::invalid_token);
  CHECK(stored(office, ana.id));
}

TEST_CASE("withdrawal: a number that was given out again, by a restored backup, is left alone",
          "[manager]") {
  Office office;
  office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.sign_up("eva@example.org");
  const Subscriber pending = office.subscriber("eva@example.org");
  for (const Subscriber& other : {ana, pending}) {
    const std::string lost = withdraw_token(office, other.id, office.clock.now() - Millis{1});
    CHECK(withdraw(office, lost).outcome == WithdrawOutcome::already_withdrawn);
    CHECK(stored(office, other.id).value().email == other.email);
  }
}

TEST_CASE("withdrawal: after the seal the ticket stays, and a prize passes on", "[manager]") {
  PrizeOffice office(5, 1, 1);
  const Drawn winner = office.at(1);
  const Drawn alternate = office.at(2);
  const std::string token = withdraw_token(office, stored(office, winner.subscriber_id).value());
  CHECK(withdraw(office, token, VerifyIntent::look).is_sealed);
  REQUIRE(withdraw(office, token).outcome == WithdrawOutcome::withdrawn);
  const Subscriber left = stored(office, winner.subscriber_id).value();
  CHECK(left.email.empty());
  CHECK(left.nonce.empty());
  CHECK(left.ticket == winner.ticket);
  const auto events = office.transcript().events;
  REQUIRE(events.size() == 1);
  CHECK(events[0].reason == "withdrawn");
  CHECK(events[0].promoted == alternate.position);
  CHECK(office.faults().empty());

  const WithdrawResult again = withdraw(office, token);
  CHECK(again.outcome == WithdrawOutcome::already_withdrawn);
  CHECK(again.campaign == office.campaigns->find("autumn"));
  CHECK(again.is_sealed);
  CHECK(office.transcript().events.size() == 1);
}

TEST_CASE("withdrawal: nobody shakes off a disqualification by entering anew", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  const Subscriber ana = office.enter("ana@example.org");
  office.enter("ben@example.org");
  office.draws->disqualify_subscriber(kOwner, "autumn", ana.id, "two entries");
  const std::string token = withdraw_token(office, ana);
  CHECK(withdraw(office, token).outcome == WithdrawOutcome::disqualified);
  CHECK(stored(office, ana.id).value().email == "ana@example.org");
  // Once the list is sealed nobody can enter anew.
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  CHECK(withdraw(office, token).outcome == WithdrawOutcome::withdrawn);
  CHECK(stored(office, ana.id).value().email.empty());
}
