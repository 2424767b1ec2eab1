// The mails that a draw causes.
#include "manager/office.h"
#include "promotions/jobs/job_handlers.h"
#include "support/catch.h"

using namespace promotions;

namespace {

class RecordingTransport final : public Transport {
 public:
  Delivery send(const Message& message) override {
    sent.push_back(message);
    return {};
  }
  Delivery probe() override { return {}; }
  std::string description() const override { return "recording"; }

  std::vector<Message> sent;
};

struct MailRoom {
  Office office;
  MailRenderer renderer;
  RecordingTransport transport;
  DrandClient drand{DrandOptions{}};  // asks nobody
  const MailSettings mail{{"Raffles", "raffles@example.org"}, {}, "https://example.org"};

  // Runs the first job of `kind` as a worker does whose manager is `campaigns`.
  JobResult run(CampaignManager& campaigns, std::string_view kind) {
    DrawManager draws(*office.storage, campaigns, office.clock, office.signer, 1);
    const auto handlers = make_job_handlers({*office.storage,
                                             campaigns,
                                             draws,
                                             drand,
                                             office.signer,
                                             renderer,
                                             transport,
                                             office.clock,
                                             mail,
                                             {}});
    return handlers.at(std::string(kind))(office.jobs(kind).front());
  }
};

}  // namespace

TEST_CASE("result mails go out even before memory knows that the campaign is finished", "[jobs]") {
  MailRoom room;
  const CampaignPtr campaign = room.office.create();
  room.office.enter("ana@example.org");
  room.office.draws->finish_campaign("autumn", Millis{0});
  // Its memory is of now, as that of a worker that is quicker than the draw's last step.
  CampaignManager behind(*room.office.storage, room.office.clock, room.office.random,
                         room.office.signer, {});
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
  MailRoom room;
  const CampaignPtr campaign = room.office.create();
  const Subscriber ana = room.office.enter("ana@example.org");
  room.office.draws->finish_campaign("autumn", Millis{0});
  room.office.complete_finish(campaign->id);
  REQUIRE(room.office->erase_subscriber("autumn", ana.id) == EraseOutcome::erased);
  CHECK(room.run(*room.office.manager, job_kinds::kWinner).kind == JobResult::Kind::cancel);
  CHECK(room.transport.sent.empty());
}

TEST_CASE("a verification mail holds the same link on every attempt, and none once it expired",
          "[jobs]") {
  MailRoom room;
  room.office.create();
  room.office.sign_up("ana@example.org");
  CHECK(room.run(*room.office.manager, job_kinds::kVerification).kind == JobResult::Kind::done);
  room.office.clock.advance(std::chrono::hours(1));
  CHECK(room.run(*room.office.manager, job_kinds::kVerification).kind == JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 2);
  CHECK(room.transport.sent[0].text == room.transport.sent[1].text);
  CHECK(room.transport.sent[0].message_id == room.transport.sent[1].message_id);
  CHECK(room.transport.sent[0].text.find("https://example.org/verify_subscriber?token=") !=
        std::string::npos);
  room.office.clock.advance(std::chrono::hours(47));
  CHECK(room.run(*room.office.manager, job_kinds::kVerification).kind == JobResult::Kind::fail);
  CHECK(room.transport.sent.size() == 2);
}
