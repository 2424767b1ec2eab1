// What becomes of prizes after the draw.
#include "manager/draw_office.h"
#include "promotions/manager/draw_audit.h"
#include "promotions/manager/queue.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kWithin = std::chrono::hours(24);

// A finished campaign.
class PrizeOffice : public DrawOffice {
 public:
  template <typename Change>
  PrizeOffice(int entrants, int winners, int alternates, Change change, bool delivers = true) {
    campaign = create("autumn", [&](CampaignSettings& settings) {
      settings.winners = winners;
      settings.alternates = alternates;
      change(settings);
    });
    enter_all(campaign, entrants);
    finish(campaign);
    campaign = campaigns->find("autumn");
    if (delivers) deliver_all();
  }
  PrizeOffice(int entrants, int winners, int alternates)
      : PrizeOffice(entrants, winners, alternates, [](CampaignSettings&) {}) {}

  // The mail server takes the winners' mails that wait.
  void deliver_all() {
    for (const Job& job : jobs(job_kinds::kWinner)) {
      if (!job.finished_at) end_mail(job.id, JobEnding::done);
    }
  }
  // As the job does, but for the words.
  void end_claim(int position) { draws->end_claim(campaign->id, position, reason_for); }
  static std::string reason_for(DrawEventKind kind, Locale locale) {
    return std::string(to_text(kind)).append(" in ").append(locale.tag());
  }
  // As the dispatcher ends a job.
  void end_mail(std::int64_t id, JobEnding ending, const std::string& error = {}) {
    storage->write([&](Stores& stores) {
      stores.jobs.claim(lanes::kMail, 1000, 1, clock.now());
      Job job = stores.jobs.find(id).value();
      REQUIRE(job.state == JobState::running);
      REQUIRE((ending == JobEnding::done ? stores.jobs.complete(job, clock.now())
                                         : stores.jobs.fail(job, error, clock.now())));
      job.last_error = error;
      draws->hooks().ended(stores, job, ending, clock.now());
      for (const Job& other : stores.jobs.list({.state = JobState::running})) {
        stores.jobs.release(other, "");
      }
    });
  }
  std::int64_t mail_of(int position) {
    for (const Job& job : jobs(job_kinds::kWinner)) {
      if (job.subscriber_id == at(position).subscriber_id) return job.id;
    }
    return 0;
  }
  PrizeState state(int position) { return state_of(at(position)); }

  DisqualifyOutcome disqualify(int position) {
    return draws->disqualify(kOwner, "autumn", position, "no answer").outcome;
  }
  // Who is promoted instead; 0: nobody.
  int promoted_for(int position) {
    const DisqualifyResult result = draws->disqualify(kOwner, "autumn", position, "no answer");
    CHECK(result.outcome == DisqualifyOutcome::disqualified);
    CHECK(result.event.position == position);
    return static_cast<int>(result.event.promoted.value_or(0));
  }

  Drawn at(int position) {
    return draws->drawn(campaign->id).at(static_cast<std::size_t>(position) - 1);
  }
  std::string claim_token(int position, TokenPurpose purpose = TokenPurpose::claim) {
    const Drawn drawn = at(position);
    const std::string key = to_lower_ascii(drawn.email);
    return signer.sign({purpose, campaign->id, drawn.subscriber_id, key}, clock.now());
  }
  ClaimOutcome claim(int position, VerifyIntent intent = VerifyIntent::confirm) {
    return draws->claim(claim_token(position), intent).outcome;
  }

  // Positions of those who have got a winner mail, in order.
  std::vector<int> mailed() {
    std::vector<int> positions;
    for (const Job& job : jobs(job_kinds::kWinner)) {
      for (const Drawn& drawn : draws->drawn(campaign->id)) {
        if (drawn.subscriber_id == job.subscriber_id) positions.push_back(drawn.position);
      }
    }
    return positions;
  }

  CampaignPtr campaign;
};

void claimed_within_a_day(CampaignSettings& settings) {
  settings.claim_within = kWithin;
}

}  // namespace

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
  CHECK(office.mailed() == std::vector<int>{1, 1});
  CHECK(correct(1) == CorrectOutcome::not_unreachable);
  office.clock.advance(3 * kWithin);
  office.deliver_all();
  CHECK(office.state(1) == PrizeState::notified);
  CHECK(office.at(1).claim_until == office.clock.now() + kWithin);
  CHECK(office.proof(office.at(1).ticket).leaf == before.leaf);
  CHECK(office.faults().empty());
  CHECK(office.draws->claim(token, VerifyIntent::confirm).outcome == ClaimOutcome::claimed);
  // Whoever is erased takes the other address along.
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.at(1).subscriber_id);
  CHECK(office.at(1).email.empty());
  CHECK(office.storage->read([&](const Stores& stores) { return audit_draws(stores); })
            .problems.empty());
}
