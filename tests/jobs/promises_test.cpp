// What mails to participants say of the organiser's promises: prizes, rules, who and where.
#include "jobs/mail_room.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct Promises : MailRoom {
  Promises() { mail.reply_to = Mailbox{"Desk", "desk@example.org"}; }

  // Runs all jobs of `kind`, and returns their mails by recipient.
  std::map<std::string, Message> send_all(std::string_view kind) {
    transport.sent.clear();
    for (const Job& job : office.jobs(kind)) run(job);
    std::map<std::string, Message> by_recipient;
    for (const Message& message : transport.sent) by_recipient[message.to] = message;
    return by_recipient;
  }

  void sign_up(const std::string& email, const std::string& locale) {
    testing::add_subscriber(*office.sign_ups,
                            {.campaign = "autumn", .email = email, .locale = locale});
  }

  std::string address_at(int position) {
    for (const Drawn& one : office.draws->drawn(office->find("autumn")->id)) {
      if (one.position == position) return one.email;
    }
    return {};
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void list_prizes(CampaignSettings& settings) {
  settings.locale = "ca";
  settings.prizes = {{{"", {{"ca", "Cotxe"}, {"de", "Auto"}}}, 1, {"9000 €"}},
                     {{"", {{"es", "Cesta"}, {"en", "Hamper"}}}, 2}};
  settings.winners = 3;
}

}  // namespace

TEST_CASE("a mail to verify names prizes in the reader's language, else the campaign's", "[jobs]") {
  Promises room;
  room.office.create("autumn", list_prizes);
  room.sign_up("a@example.org", "de");
  room.sign_up("b@example.org", "es");
  const auto mails = room.send_all(job_kinds::kVerification);
  const std::string& german = mails.at("a@example.org").text;
  CHECK(has(german, "\n  - Auto (9000 €)\n"));
  CHECK(has(german, "\n  - 2 × Hamper\n"));  // neither German nor Catalan: the first by its code
  const std::string& spanish = mails.at("b@example.org").text;
  CHECK(has(spanish, "\n  - Cotxe (9000 €)\n"));
  CHECK(has(spanish, "\n  - 2 × Cesta\n"));
}

TEST_CASE("a mail to verify links the rules, here or elsewhere", "[jobs]") {
  Promises room;
  const bool is_text = GENERATE(false, true);
  room.office.create("autumn", [&](CampaignSettings& settings) {
    settings.organizer = "AMPA Los Olmos";
    (is_text ? settings.rules : settings.rules_url) = "https://example.org/bases";
    if (!is_text) settings.rules_sha256 = std::string(64, 'a');
  });
  room.sign_up("a@example.org", "en");
  const Message mail = room.send_all(job_kinds::kVerification).at("a@example.org");
  for (const std::string& part : {mail.text, mail.html}) {
    CHECK(has(part, "AMPA Los Olmos"));
    CHECK(has(part, is_text ? "/c/autumn/rules" : "https://example.org/bases"));
  }
}

TEST_CASE("a winner's mail names the prize of its place, also when it passed on", "[jobs]") {
  Promises room;
  const CampaignPtr campaign = room.office.create("autumn", [](CampaignSettings& settings) {
    list_prizes(settings);
    settings.alternates = 1;
  });
  for (const char* name : {"a", "b", "c", "d"}) {
    room.office.enter(std::string(name) + "@example.org");
  }
  room.office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  room.office.complete_finish(campaign->id);
  const auto first = room.send_all(job_kinds::kWinner);
  REQUIRE(first.size() == 3);
  const auto prize_line = [](const std::map<std::string, Message>& mails, const std::string& to) {
    const std::string& text = mails.at(to).text;
    const auto begin = text.find("El teu premi: ");
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  CHECK(prize_line(first, room.address_at(1)) == "El teu premi: Cotxe (9000 €)");
  CHECK(prize_line(first, room.address_at(2)) == "El teu premi: Hamper");
  CHECK(prize_line(first, room.address_at(3)) == "El teu premi: Hamper");
  room.office.draws->disqualify(kOwner, "autumn", 1, "under age");
  const auto after = room.send_all(job_kinds::kWinner);
  CHECK(prize_line(after, room.address_at(4)) == "El teu premi: Cotxe (9000 €)");
}

TEST_CASE("a winner's mail of a campaign without a list names no prize", "[jobs]") {
  Promises room;
  const CampaignPtr campaign = room.office.create();
  room.office.enter("a@example.org");
  room.office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  room.office.complete_finish(campaign->id);
  const Message mail = room.send_all(job_kinds::kWinner).at("a@example.org");
  CHECK_FALSE(has(mail.text, "Tu premio: "));
  CHECK_FALSE(has(mail.html, "Tu premio"));
  CHECK(has(mail.text, "organiser@example.org"));
}

TEST_CASE("answers go to the campaign's contact, or else where the configuration says", "[jobs]") {
  const std::string contact = GENERATE(std::string(), std::string("ampa@example.org"));
  Promises room;
  room.office.create("autumn",
                     [&](CampaignSettings& settings) { settings.contact_email = contact; });
  room.sign_up("a@example.org", "en");
  const Message mail = room.send_all(job_kinds::kVerification).at("a@example.org");
  REQUIRE(mail.reply_to);
  CHECK(mail.reply_to->address == (contact.empty() ? "desk@example.org" : contact));
  CHECK(has(to_mime(mail), contact.empty() ? "Reply-To: Desk <desk@example.org>\r\n"
                                           : "Reply-To: ampa@example.org\r\n"));
}
