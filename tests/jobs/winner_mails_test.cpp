// The mails to winners, and to the organiser about them.
#include "jobs/mail_room.h"
#include "promotions/render/local_text.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct WinnerMails : MailRoom {
  // Runs the first job of `kind` as a worker does whose manager is `campaigns`.
  JobResult run(Campaigns& campaigns, std::string_view kind) {
    Draws draws(*office.storage, campaigns, *office.sign_ups, office.clock, office.signer, 1);
    return MailRoom::run(campaigns, draws, office.jobs(kind).back());
  }
  JobResult run(std::string_view kind) { return run(*office.campaigns, kind); }

  // A finished campaign with one winner, Ana.
  void draw(std::optional<Millis> claim_within = std::nullopt, const char* locale = "en") {
    const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
      settings.locale = locale;
      settings.claim_within = claim_within;
    });
    office.enter("ana@example.org");
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    office.complete_finish(campaign->id);
  }
  // As the dispatcher ends the job of the winner's mail.
  void end_winner_mail(JobEnding ending, const std::string& error = {}) {
    office.storage->write([&](Stores& stores) {
      Job job = office.jobs(job_kinds::kWinner).back();
      job.last_error = error;
      office.draws->hooks().ended(stores, job, ending, office.clock.now());
    });
  }
};

}  // namespace

TEST_CASE("a winner's mail says a time until which the link works, however late it leaves",
          "[jobs]") {
  WinnerMails room;
  room.draw(std::chrono::hours(24));
  room.office.clock.advance(std::chrono::hours(100));
  REQUIRE(room.run(job_kinds::kWinner).kind == JobResult::Kind::done);
  const Time until = room.office.clock.now() + std::chrono::hours(24);
  CHECK(room.transport.sent[0].text.find(to_local_text(until, "UTC", Locale::of("en"))) !=
        std::string::npos);
  room.office.clock.advance(Millis{5});
  room.end_winner_mail(JobEnding::done);
  const auto drawn = room.office.draws->drawn(room.office.campaigns->find("autumn")->id);
  CHECK(drawn[0].claim_until == until + Millis{5});
}

TEST_CASE("a winner's mail is not sent for a prize that was taken back or is claimed", "[jobs]") {
  WinnerMails room;
  room.draw(std::chrono::hours(24));
  const bool is_claimed = GENERATE(true, false);
  if (is_claimed) {
    room.office.storage->write([&](Stores& stores) {
      stores.draws.set_claimed(room.office.campaigns->find("autumn")->id, 1,
                               room.office.clock.now());
    });
  } else {
    room.office.draws->disqualify(kOwner, "autumn", 1, "under age");
  }
  CHECK(room.run(job_kinds::kWinner).kind == JobResult::Kind::cancel);
  room.end_winner_mail(JobEnding::needless);
  CHECK(room.office.jobs(job_kinds::kWinnerUnreachable).empty());
  CHECK(room.transport.sent.empty());
}

TEST_CASE("the organiser is told of each failure once, and not of one that is mended", "[jobs]") {
  WinnerMails room;
  room.draw(std::chrono::hours(24));
  room.end_winner_mail(JobEnding::in_doubt, "no answer after the content was sent");
  REQUIRE(room.run(job_kinds::kWinnerUnreachable).kind == JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 1);
  const Message told = room.transport.sent[0];
  CHECK(told.to == "organiser@example.org");
  for (const std::string& part :
       {std::string("ana@example.org"), std::string("may have arrived or not"),
        std::string("no answer after the content was sent"),
        "promotions jobs retry " + std::to_string(room.office.jobs(job_kinds::kWinner)[0].id),
        to_local_text(room.office.clock.now() + std::chrono::hours(24), "UTC", Locale::of("en"))}) {
    CAPTURE(part);
    CHECK(told.text.find(part) != std::string::npos);
  }

  // It fails again before that mail was sent: the later one tells it.
  const Job former = room.office.jobs(job_kinds::kWinnerUnreachable)[0];
  room.office.clock.advance(Millis{7});
  room.end_winner_mail(JobEnding::refused, "550 no");
  REQUIRE(room.office.jobs(job_kinds::kWinnerUnreachable).size() == 2);
  const auto handlers = make_job_handlers({*room.office.storage,
                                           *room.office.campaigns,
                                           *room.office.sign_ups,
                                           *room.office.draws,
                                           room.drand,
                                           room.office.signer,
                                           room.renderer,
                                           room.transport,
                                           room.office.clock,
                                           room.mail,
                                           {}});
  CHECK(handlers.at(former.kind)(former).kind == JobResult::Kind::cancel);
  CHECK(room.run(job_kinds::kWinnerUnreachable).kind == JobResult::Kind::done);
  CHECK(room.transport.sent.size() == 2);
  room.end_winner_mail(JobEnding::done);
  CHECK(room.run(job_kinds::kWinnerUnreachable).kind == JobResult::Kind::cancel);
  CHECK(room.transport.sent.size() == 2);
}

TEST_CASE("why a prize passes on is published in the campaign's language", "[jobs]") {
  struct Case {
    const char* locale;
    bool was_told;
    const char* reason;
  };
  const Case given =
      GENERATE(Case{"en", true, "the prize was not claimed in time"},
               Case{"es", true, "el premio no se reclamó a tiempo"},
               Case{"en", false, "the winner could not be reached by mail"},
               Case{"es", false, "no se pudo avisar por correo a quien había ganado"});
  WinnerMails room;
  room.draw(std::chrono::hours(24), given.locale);
  room.end_winner_mail(given.was_told ? JobEnding::done : JobEnding::refused);
  room.office.clock.advance(std::chrono::hours(25));
  REQUIRE(room.run(job_kinds::kEndClaim).kind == JobResult::Kind::done);
  const auto transcript = room.office.draws->transcript("autumn");
  REQUIRE(std::holds_alternative<Transcript>(transcript));
  const auto& events = std::get<Transcript>(transcript).events;
  REQUIRE(events.size() == 1);
  CHECK(events[0].reason == given.reason);
}

TEST_CASE("a reminder goes to a winner who was told and has not answered, and to nobody else",
          "[jobs]") {
  constexpr Millis kDay = std::chrono::hours(24);
  const std::string what = GENERATE("nothing", "claimed", "disqualified", "refused", "too early");
  CAPTURE(what);
  WinnerMails room;
  room.draw(kDay);
  room.end_winner_mail(JobEnding::done);
  const auto winner = [&] { return room.office.draws->drawn(room.office->find("autumn")->id)[0]; };
  if (what == "claimed") {
    const Subscriber ana = room.office.subscriber("ana@example.org");
    const TokenSubject subject{TokenPurpose::claim, ana.campaign_id, ana.id, ana.email_key};
    room.office.draws->claim(room.office.signer.sign(subject, room.office.clock.now()),
                             VerifyIntent::confirm);
    REQUIRE(state_of(winner()) == PrizeState::claimed);
  }
  if (what == "disqualified") room.office.draws->disqualify(kOwner, "autumn", 1, "under age");
  if (what == "refused") room.end_winner_mail(JobEnding::refused, "550 5.1.1 no such user");
  room.office.clock.advance(what == "too early" ? kDay / 2 : kDay * 3 / 4);
  const JobResult result = room.run(job_kinds::kClaimReminder);
  CHECK(result.kind == (what == "nothing" ? JobResult::Kind::done : JobResult::Kind::cancel));
  REQUIRE(room.transport.sent.size() == (what == "nothing" ? 1 : 0));
  if (what == "nothing")
    CHECK(room.transport.sent[0].text.find("/claim?token=") != std::string::npos);
}
