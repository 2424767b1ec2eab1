// The mails that a draw causes.
#include "jobs/mail_room.h"
#include "promotions/render/local_text.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct ResultMails : MailRoom {
  // Runs the first job of `kind` as a worker does whose manager is `campaigns`.
  JobResult run(Campaigns& campaigns, std::string_view kind) {
    return run(campaigns, office.jobs(kind).front());
  }
  JobResult run(Campaigns& campaigns, const Job& job) {
    Draws draws(*office.storage, campaigns, *office.sign_ups, office.clock, office.signer, 1);
    return MailRoom::run(campaigns, draws, job);
  }
};

}  // namespace

TEST_CASE("result mails go out even before memory knows that the campaign is finished", "[jobs]") {
  ResultMails room;
  const CampaignPtr campaign = room.office.create();
  room.office.enter("ana@example.org");
  room.office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  // Its memory is of now, as that of a worker that is quicker than the draw's last step: over a
  // storage of its own it does not hear of what is committed.
  Storage elsewhere({.path = room.office.folder.file("promotions.db")});
  Campaigns behind(elsewhere, room.office.clock, room.office.random);
  room.office.complete_finish(campaign->id);
  REQUIRE_FALSE(behind.find("autumn")->finished_at);

  CHECK(room.run(behind, job_kinds::kWinner).kind == JobResult::Kind::done);
  CHECK(room.run(behind, job_kinds::kAdminResult).kind == JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 2);
  CHECK(room.transport.sent[0].to == "ana@example.org");
  CHECK(room.transport.sent[1].to == "organiser@example.org");
  CHECK(room.transport.sent[1].text.find("ana@example.org") != std::string::npos);
}

TEST_CASE("a winner who was erased before the mail left is mailed nothing", "[jobs]") {
  ResultMails room;
  const CampaignPtr campaign = room.office.create();
  const Subscriber ana = room.office.enter("ana@example.org");
  room.office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  room.office.complete_finish(campaign->id);
  REQUIRE(room.office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id) == EraseOutcome::erased);
  CHECK(room.run(*room.office.campaigns, job_kinds::kWinner).kind == JobResult::Kind::cancel);
  CHECK(room.transport.sent.empty());
}

TEST_CASE("a verification mail holds the same link on every attempt, and none once it expired",
          "[jobs]") {
  ResultMails room;
  room.office.create();
  room.office.sign_up("ana@example.org");
  CHECK(room.run(*room.office.campaigns, job_kinds::kVerification).kind == JobResult::Kind::done);
  room.office.clock.advance(std::chrono::hours(1));
  CHECK(room.run(*room.office.campaigns, job_kinds::kVerification).kind == JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 2);
  CHECK(room.transport.sent[0].text == room.transport.sent[1].text);
  CHECK(room.transport.sent[0].message_id == room.transport.sent[1].message_id);
  CHECK(room.transport.sent[0].text.find("https://example.org/verify_subscriber?token=") !=
        std::string::npos);
  room.office.clock.advance(std::chrono::hours(47));
  CHECK(room.run(*room.office.campaigns, job_kinds::kVerification).kind == JobResult::Kind::fail);
  CHECK(room.transport.sent.size() == 2);
}

TEST_CASE("nobody who is not in the draw is mailed that they take part", "[jobs]") {
  ResultMails room;
  const CampaignPtr campaign = room.office.create();
  const Subscriber ana = room.office.enter("ana+tag@example.org");
  SECTION("excluded since") {
    CampaignSettings settings = campaign->settings;
    settings.exclusions = {"ana@example.org"};
    REQUIRE(room.office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
    CHECK(room.run(*room.office.campaigns, job_kinds::kVerification).kind ==
          JobResult::Kind::cancel);
  }
  SECTION("disqualified since") {
    room.office.storage->write(
        [&](Stores& stores) { stores.subscribers.disqualify(ana.id, "under age"); });
  }
  CHECK(room.run(*room.office.campaigns, job_kinds::kReceipt).kind == JobResult::Kind::cancel);
  CHECK(room.transport.sent.empty());
}

TEST_CASE("a mail to verify shows what its link confirms, and is written in its language",
          "[jobs]") {
  ResultMails room;
  room.office.create();
  const auto sign_up = [&](const std::string& data, const std::string& locale) {
    testing::add_subscriber(*room.office.sign_ups, {.campaign = "autumn",
                                                    .email = "ana@example.org",
                                                    .data = Json::parse(data),
                                                    .locale = locale});
  };
  sign_up(R"({"name":"A stranger"})", "es");
  sign_up(R"({"name":"Ana <b>","size":7})", "en");
  const auto jobs = room.office.jobs(job_kinds::kVerification);
  REQUIRE(jobs.size() == 2);
  CHECK(room.run(*room.office.campaigns, jobs[1]).kind == JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 1);
  const Message& mail = room.transport.sent[0];
  CHECK(mail.subject.starts_with("Confirm your entry"));
  CHECK(mail.text.find("\n\n- name: Ana <b>\n- size: 7\n\n") != std::string::npos);
  CHECK(mail.html.find("Ana &lt;b&gt;") != std::string::npos);
  CHECK(mail.text.find("stranger") == std::string::npos);
  // Its link ends with its variant, before the campaign's token_ttl does.
  CHECK(mail.text.find("works until " +
                       to_local_text(room.office.clock.now() + std::chrono::hours(24), "UTC",
                                     Locale::of("en"))) != std::string::npos);
  const std::string link = "verify_subscriber?token=";
  const std::size_t begin = mail.text.find(link) + link.size();
  const std::string token = mail.text.substr(begin, mail.text.find('\n', begin) - begin);
  CHECK(testing::verify_subscriber(*room.office.sign_ups, token).outcome ==
        VerifyOutcome::verified);
  CHECK(room.office.subscriber("ana@example.org").data == R"({"name":"Ana <b>","size":7})");
  CHECK(room.run(*room.office.campaigns, jobs[0]).kind == JobResult::Kind::cancel);
}

TEST_CASE("a verified address that signs up again is told that it takes part, in its language",
          "[jobs]") {
  ResultMails room;
  room.office.create("autumn",
                     [](CampaignSettings& settings) { settings.duplicates = Duplicates::conceal; });
  room.office.enter("ana@example.org");
  room.office.sign_up("ana@example.org");
  CHECK(room.run(*room.office.campaigns, job_kinds::kAlreadyVerified).kind ==
        JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 1);
  CHECK(room.transport.sent[0].to == "ana@example.org");
  CHECK(room.transport.sent[0].subject.starts_with("Ya participas"));
  CHECK(room.transport.sent[0].text.find("token=") == std::string::npos);
}
