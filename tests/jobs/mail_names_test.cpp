// The jobs of mails give what templates are promised.
#include "render/mail_names.h"

#include <set>

#include "jobs/mail_room.h"
#include "render/builtin.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

// Prints the name, and its value in brackets.
std::string printing(std::string_view name) {
  const std::string shown = name == "data.*" ? "data.nombre" : std::string(name);
  const auto list = shown.find("[].");
  if (list == std::string::npos) return shown + "=[{{" + shown + "}}]\n";
  const std::string of = shown.substr(0, list);
  return shown + "=[{{#" + of + "}}{{" + shown.substr(list + 3) + "}}{{/" + of + "}}]\n";
}

MailTemplates templates_that_print_all() {
  MailTemplates templates;
  for (const auto kind : kMailKinds) {
    std::string text;
    for (const std::string_view name : mail_names(kind)->all()) text += printing(name);
    REQUIRE_FALSE(mail_template_fault(kind, text));
    templates[std::string(kind)].text = text;
  }
  return templates;
}

struct EveryMail : MailRoom {
  JobResult run(std::string_view kind) { return MailRoom::run(office.jobs(kind).at(0)); }

  void sign_up(const std::string& email) {
    testing::add_subscriber(
        *office.sign_ups,
        {.campaign = "autumn", .email = email, .data = {{"nombre", "Eva"}}, .locale = {}});
  }

  // The winner's mail is taken, and they are reminded in time.
  void tell_and_remind() {
    const Job told = office.jobs(job_kinds::kWinner).at(0);
    office.storage->write([&](Stores& stores) {
      office.draws->hooks().ended(stores, told, JobEnding::done, office.clock.now());
    });
    office.clock.advance(std::chrono::hours(18));
    CHECK(run(job_kinds::kClaimReminder).kind == JobResult::Kind::done);
  }

  void claim() {
    const Job told = office.jobs(job_kinds::kWinner).at(0);
    const Subscriber winner = office.storage->read(
        [&](const Stores& stores) { return stores.subscribers.find(told.subscriber_id).value(); });
    const TokenSubject subject{TokenPurpose::claim, winner.campaign_id, winner.id,
                               winner.email_key};
    office.draws->claim(office.signer.sign(subject, office.clock.now()), VerifyIntent::confirm);
    CHECK(run(job_kinds::kPrizeClaimed).kind == JobResult::Kind::done);
  }

  // A campaign, changed by `change`, up to its last mail: one of each kind.
  template <typename Change>
  void send_every_kind(Change change) {
    const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
      settings.description = "A raffle";
      settings.organizer = "AMPA";
      settings.contact_email = "ampa@xn--espaa-rta.example";
      settings.rules_url = "https://example.org/rules";
      settings.rules_sha256 = std::string(64, 'a');
      settings.privacy_url = "https://example.org/privacy";
      settings.prizes = {{{"Car"}, 1, {"9000 €"}}};
      settings.duplicates = Duplicates::conceal;
      settings.reminder_after = std::chrono::hours(1);
      settings.closes_at = office.clock.now() + std::chrono::minutes(20);
      settings.winners = 1;
      settings.alternates = 1;
      settings.claim_within = std::chrono::hours(24);
      settings.witnesses = {"notary@example.org"};
      settings.notify_not_drawn = true;
      change(settings);
    });
    sign_up("ana@xn--espaa-rta.example");
    CHECK(run(job_kinds::kVerification).kind == JobResult::Kind::done);
    CHECK(run(job_kinds::kReminder).kind == JobResult::Kind::done);
    for (const char* email :
         {"ana@xn--espaa-rta.example", "ben@xn--espaa-rta.example", "eva@xn--espaa-rta.example"}) {
      sign_up(email);
      testing::verify_subscriber(*office.sign_ups, office.token(office.subscriber(email)));
    }
    office.clock.advance(std::chrono::minutes(11));  // another mail may be sent by now
    sign_up("ana@xn--espaa-rta.example");
    CHECK(run(job_kinds::kAlreadyVerified).kind == JobResult::Kind::done);
    office.clock.advance(std::chrono::minutes(9));  // sign-up has ended
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    office.complete_finish(campaign->id);
    run(job_kinds::kTellNotDrawn);
    for (const auto kind : {job_kinds::kReceipt, job_kinds::kSeal, job_kinds::kWinner,
                            job_kinds::kAdminResult, job_kinds::kNotDrawn}) {
      CAPTURE(kind);
      CHECK(run(kind).kind == JobResult::Kind::done);
    }
    tell_and_remind();
    // The winner's mail comes to nothing after all.
    Job lost = office.jobs(job_kinds::kWinner).at(0);
    lost.last_error = "550 5.1.1 no such user";
    office.storage->write([&](Stores& stores) {
      office.draws->hooks().ended(stores, lost, JobEnding::refused, office.clock.now());
    });
    CHECK(run(job_kinds::kWinnerUnreachable).kind == JobResult::Kind::done);
    claim();
    office.draws->disqualify(kOwner, "autumn", 1, "did not answer");
    CHECK(run(job_kinds::kAlternatePromoted).kind == JobResult::Kind::done);
    REQUIRE(transport.sent.size() == kMailKinds.size());
  }
};

}  // namespace

TEST_CASE("mail jobs: each gives every name that its templates may use", "[jobs]") {
  EveryMail room;
  room.send_every_kind(
      [](CampaignSettings& settings) { settings.templates = templates_that_print_all(); });
  for (const Message& message : room.transport.sent) {
    CAPTURE(message.text);
    CHECK(message.text.find("=[]") == std::string::npos);
    // Whoever is named is named as people write the address; the envelope keeps what SMTP needs.
    if (message.text.find("\nemail=[") != std::string::npos ||
        message.text.find(".email=[") != std::string::npos) {
      CHECK(message.text.find("@españa.example") != std::string::npos);
    }
    CHECK(message.to.find("españa") == std::string::npos);
  }
}

TEST_CASE("mail jobs: all mails of a campaign come from its name, and from the one address",
          "[jobs]") {
  const auto sent_from = [](const std::string& name) {
    EveryMail room;
    room.send_every_kind([&](CampaignSettings& settings) { settings.from_name = name; });
    std::set<std::string> lines;
    for (const Message& message : room.transport.sent) {
      const std::string mime = to_mime(message);
      const auto begin = mime.find("From: ");
      lines.insert(mime.substr(begin, mime.find("\r\n", begin) - begin));
    }
    return lines;
  };
  using Lines = std::set<std::string>;
  CHECK(sent_from("") == Lines{"From: Raffles <raffles@example.org>"});
  CHECK(sent_from("AMPA, \"Olmos\" <x@example.net>") ==
        Lines{R"(From: "AMPA, \"Olmos\" <x@example.net>" <raffles@example.org>)"});
  CHECK(sent_from("Vélez") == Lines{"From: =?UTF-8?B?VsOpbGV6?= <raffles@example.org>"});
}
