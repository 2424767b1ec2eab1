// What becomes of the mails to winners, and of the time to claim that they start.
#include "manager/prize_office.h"
#include "promotions/manager/draw_audit.h"
#include "promotions/manager/queue.h"

using namespace promotions;
using promotions::testing::kOwner;

TEST_CASE("prizes: the time to claim runs from the acceptance of the mail, not from the draw",
          "[manager]") {
  PrizeOffice office(5, 2, 1, claimed_within_a_day, false);
  CHECK(office.state(1) == PrizeState::pending);
  CHECK(office.state(3) == PrizeState::waiting);
  CHECK(office.jobs(job_kinds::kEndClaim).empty());
  office.clock.advance(10 * kWithin);  // the queue is paused, or the mail server away
  office.end_claim(1);                 // as a job of a former program
  CHECK(office.transcript().events.empty());

  office.end_mail(office.mail_of(1), JobEnding::done);
  CHECK(office.state(1) == PrizeState::notified);
  CHECK(office.state(2) == PrizeState::pending);
  CHECK(office.at(1).claim_until == office.clock.now() + kWithin);
  REQUIRE(office.jobs(job_kinds::kEndClaim).size() == 1);
  CHECK(office.jobs(job_kinds::kEndClaim)[0].run_at == office.clock.now() + kWithin);
  office.clock.advance(kWithin);
  office.end_claim(1);
  CHECK(office.state(1) == PrizeState::passed_on);
  CHECK(office.state(3) == PrizeState::pending);
  CHECK(office.jobs(job_kinds::kWinnerUnreachable).empty());
  // Whoever has the mail may claim before we know that it was taken.
  CHECK(office.claim(2) == ClaimOutcome::claimed);
  CHECK(office.state(2) == PrizeState::claimed);
  office.end_mail(office.mail_of(2), JobEnding::done);
  CHECK_FALSE(office.at(2).claim_until);
  CHECK(office.state(2) == PrizeState::claimed);
}

TEST_CASE("prizes: a winner who cannot be told is the organiser's matter, and the prize waits",
          "[manager]") {
  const auto ending = GENERATE(JobEnding::refused, JobEnding::exhausted, JobEnding::in_doubt,
                               JobEnding::worker_lost, JobEnding::cancelled, JobEnding::needless);
  CAPTURE(to_text(ending));
  PrizeOffice office(5, 1, 2, claimed_within_a_day, false);
  office.clock.advance(3 * kWithin);
  const std::int64_t mail = office.mail_of(1);
  office.end_mail(mail, ending, "550 5.1.1 no such user");
  CHECK(office.state(1) == PrizeState::unreachable);
  CHECK(office.at(1).unreachable == ending);
  CHECK(office.at(1).unreachable_reason == "550 5.1.1 no such user");
  CHECK(office.at(1).unreachable_job == mail);
  CHECK(office.at(1).claim_until == office.clock.now() + kWithin);
  const auto told = office.jobs(job_kinds::kWinnerUnreachable);
  REQUIRE(told.size() == 1);
  CHECK(told[0].argument == 1);
  CHECK(told[0].created_at == office.at(1).unreachable_at);

  office.clock.advance(kWithin - Millis{1});
  office.end_claim(1);  // too early
  CHECK(office.state(1) == PrizeState::unreachable);
  CHECK(office.jobs(job_kinds::kEndClaim).size() == 2);
  SECTION("and passes on when its time is over") {
    office.clock.advance(Millis{1});
    office.end_claim(1);
    office.end_claim(1);
    CHECK(office.state(1) == PrizeState::passed_on);
    const auto events = office.transcript().events;
    REQUIRE(events.size() == 1);
    CHECK(events[0].reason == "unreachable in es");
    CHECK(events[0].promoted == 2);
    CHECK(office.state(2) == PrizeState::pending);
    CHECK(office.state(3) == PrizeState::waiting);
    office.end_mail(office.mail_of(2), JobEnding::refused);  // the same holds for an alternate
    CHECK(office.state(2) == PrizeState::unreachable);
    CHECK(office.jobs(job_kinds::kWinnerUnreachable).size() == 2);
    CHECK(office.faults().empty());
  }
  SECTION("unless the mail is sent again, and taken") {
    Queue queue(*office.storage, office.clock, office.draws->hooks());
    CHECK(queue.retry(kOwner, mail) == JobChange::changed);
    CHECK(office.state(1) == PrizeState::pending);
    CHECK_FALSE(office.at(1).claim_until);
    office.clock.advance(5 * kWithin);
    office.end_claim(1);
    CHECK(office.transcript().events.empty());
    office.end_mail(mail, JobEnding::done);
    CHECK(office.state(1) == PrizeState::notified);
    CHECK(office.at(1).claim_until == office.clock.now() + kWithin);
    CHECK(office.claim(1) == ClaimOutcome::claimed);
    CHECK(office.jobs(job_kinds::kWinnerUnreachable).size() == 1);
  }
  SECTION("unless they claim all the same") {
    CHECK(office.claim(1) == ClaimOutcome::claimed);
    office.clock.advance(Millis{1});
    office.end_claim(1);
    CHECK(office.state(1) == PrizeState::claimed);
  }
}

TEST_CASE("prizes: without a time to claim the organiser is told, and nothing passes on",
          "[manager]") {
  PrizeOffice office(
      5, 1, 1, [](CampaignSettings&) {}, false);
  office.end_mail(office.mail_of(1), JobEnding::refused);
  CHECK(office.state(1) == PrizeState::unreachable);
  CHECK_FALSE(office.at(1).claim_until);
  CHECK(office.jobs(job_kinds::kEndClaim).empty());
  CHECK(office.jobs(job_kinds::kWinnerUnreachable).size() == 1);
}

TEST_CASE("prizes: cancelling a winner's mail is told, too; of one without a prize it is not",
          "[manager]") {
  PrizeOffice office(5, 2, 1, claimed_within_a_day, false);
  Queue queue(*office.storage, office.clock, office.draws->hooks());
  CHECK(queue.cancel(kOwner, office.mail_of(1)) == JobChange::changed);
  CHECK(office.state(1) == PrizeState::unreachable);
  CHECK(office.at(1).unreachable == JobEnding::cancelled);
  CHECK(office.disqualify(2) == DisqualifyOutcome::disqualified);
  CHECK(queue.cancel(kOwner, office.mail_of(2)) == JobChange::changed);
  CHECK(office.state(2) == PrizeState::disqualified);
  CHECK(office.jobs(job_kinds::kWinnerUnreachable).size() == 1);
  CHECK(queue.retry(kOwner, office.mail_of(2)) == JobChange::changed);
  CHECK(office.state(2) == PrizeState::disqualified);
}

TEST_CASE("prizes: the dead mail of a winner is kept as long as the prize waits", "[manager]") {
  PrizeOffice office(5, 1, 1, claimed_within_a_day, false);
  const std::int64_t mail = office.mail_of(1);
  office.end_mail(mail, JobEnding::refused);
  const Time until = office.at(1).claim_until.value();
  const auto is_kept = [&](Time before) {
    return office.storage->write([&](Stores& stores) {
      stores.jobs.prune(before, 100);
      return stores.jobs.find(mail).has_value();
    });
  };
  CHECK(is_kept(until));
  CHECK_FALSE(is_kept(until + Millis{1}));
}

TEST_CASE("prizes: a winner is reminded when a quarter of the time is left", "[manager]") {
  PrizeOffice office(5, 2, 1, claimed_within_a_day);
  const auto reminders = office.jobs(job_kinds::kClaimReminder);
  REQUIRE(reminders.size() == 2);
  CHECK(reminders[0].run_at == office.clock.now() + kWithin * 3 / 4);
  CHECK(reminders[0].subscriber_id == office.at(1).subscriber_id);
  CHECK(office.claim(1) == ClaimOutcome::claimed);
  const auto told = office.jobs(job_kinds::kPrizeClaimed);
  REQUIRE(told.size() == 1);
  CHECK(told[0].argument == 1);
  CHECK(office.claim(1) == ClaimOutcome::already_claimed);
  CHECK(office.jobs(job_kinds::kPrizeClaimed).size() == 1);
}

TEST_CASE("prizes: a winner whose address refused the mail is mailed at another one", "[manager]") {
  PrizeOffice office(5, 1, 1, claimed_within_a_day, false);
  const EmailAddress other = EmailAddress::parse("ana.new@example.net").value();
  const auto correct = [&](int position) {
    return office.draws->correct_address(kOwner, "autumn", position, other).outcome;
  };
  CHECK(correct(1) == CorrectOutcome::not_unreachable);  // is on its way
  office.end_mail(office.mail_of(1), JobEnding::refused, "550 5.1.1 no such user");
  CHECK(correct(2) == CorrectOutcome::not_unreachable);  // waits, and is not mailed
  CHECK(correct(3) == CorrectOutcome::no_such_position);
  const Proof before = office.proof(office.at(1).ticket);
  const std::string token = office.claim_token(1);

  const auto result = office.draws->correct_address(kOwner, "autumn", 1, other);
  REQUIRE(result.outcome == CorrectOutcome::corrected);
  CHECK(result.now.drawn.at(0).email == "ana.new@example.net");
  CHECK(office.state(1) == PrizeState::pending);
  CHECK_FALSE(office.at(1).claim_until);
  CHECK(office.mailed() == std::vector<int>{1});  // by the job that failed
  CHECK(correct(1) == CorrectOutcome::not_unreachable);
  office.clock.advance(3 * kWithin);
  office.deliver_all();
  CHECK(office.state(1) == PrizeState::notified);
  CHECK(office.at(1).claim_until == office.clock.now() + kWithin);
  // Whatever an operator brings back now, the winner was told, and the time runs.
  Queue queue(*office.storage, office.clock, office.draws->hooks());
  for (const Job& job : office.jobs(job_kinds::kWinner)) {
    CHECK(queue.retry(kOwner, job.id) != JobChange::changed);
  }
  CHECK(office.state(1) == PrizeState::notified);
  CHECK(office.proof(office.at(1).ticket).leaf == before.leaf);
  CHECK(office.faults().empty());
  CHECK(office.draws->claim(token, VerifyIntent::confirm).outcome == ClaimOutcome::claimed);
  // Whoever is erased takes the other address along.
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.at(1).subscriber_id);
  CHECK(office.at(1).email.empty());
  CHECK(office.storage->read([&](const Stores& stores) { return audit_draws(stores); })
            .problems.empty());
}
