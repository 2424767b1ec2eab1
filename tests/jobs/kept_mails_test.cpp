// The mails that people keep, to check the draw with: receipts, and seals of witnesses.
#include "jobs/mail_room.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/seal.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct KeptMails : MailRoom {
  // The mail of the `number`th job of `kind`.
  Message sent(std::string_view kind, std::size_t number = 0) {
    const JobResult result = run(office.jobs(kind).at(number));
    REQUIRE(result.kind == JobResult::Kind::done);
    return transport.sent.back();
  }

  std::string terms(std::size_t version) {
    const auto versions = office.campaigns->terms(office.campaigns->find("autumn")->id);
    return to_hex(versions.at(version - 1).hash);
  }

  void rename(const std::string& name) {
    const auto result = office.campaigns->update(kOwner, "autumn", [&](CampaignSettings& settings) {
      settings.name = name;
      return true;
    });
    REQUIRE(result == UpdateOutcome::updated);
  }
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("seal mail: attaches exactly the bytes whose hash it shows", "[jobs]") {
  KeptMails room;
  const CampaignPtr campaign = room.office.create("autumn", [](CampaignSettings& settings) {
    settings.witnesses = {"notary@example.org", "press@example.org"};
    settings.beacon = {.kind = BeaconKind::public_source,
                       .source = "El Gordo, 22 de diciembre",
                       .chain = {},
                       .format = "99999",
                       .known_from = parse_rfc3339("2030-12-22T12:00:00Z")};
  });
  room.office.enter("ana@example.org");
  room.office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  room.office.draws->seal(campaign->id);
  const auto published = room.office.draws->seal_of("autumn");
  const Seal& seal = std::get<Seal>(published);
  for (const std::size_t witness : {0, 1}) {
    const Message message = room.sent(job_kinds::kSeal, witness);
    REQUIRE(message.attachments.size() == 1);
    const Attachment& file = message.attachments[0];
    CHECK(file.name == "seal.json");
    CHECK(file.type == "application/json");
    CHECK(file.bytes == to_json(seal).dump());
    CHECK(read_seal(file.bytes).seal == seal);
    CHECK(has(message.text, "\n" + to_hex(sha256(file.bytes)) + "\n"));
    CHECK(has(message.text, "El Gordo, 22 de diciembre"));
    CHECK(has(message.text, "22/12/2030"));
    CHECK(
        has(message.text, "promotions draw verify draw.json --leaves leaves.txt --seal seal.json"));
  }
  CHECK(room.transport.sent[0].to != room.transport.sent[1].to);
}

TEST_CASE("receipt: names the terms that were in force when the address was verified", "[jobs]") {
  KeptMails room;
  const CampaignPtr campaign = room.office.create();
  room.office.clock.advance(std::chrono::seconds(10));
  room.office.enter("ana@example.org");
  room.office.clock.advance(std::chrono::seconds(10));
  room.rename("Another name");
  room.office.clock.advance(std::chrono::seconds(10));
  room.office.enter("ben@example.org");
  REQUIRE(room.terms(1) != room.terms(2));
  for (std::size_t number : {0, 1}) {
    const Message message = room.sent(job_kinds::kReceipt, number);
    const bool is_first = message.to == "ana@example.org";
    CAPTURE(message.to);
    CHECK(has(message.text, room.terms(is_first ? 1 : 2)));
    CHECK_FALSE(has(message.text, room.terms(is_first ? 2 : 1)));
    CHECK(message.attachments.empty());
  }
}

TEST_CASE("receipt: its command has each fact, safe for a shell", "[jobs]") {
  KeptMails room;
  const CampaignPtr campaign = room.office.create();
  const Subscriber odd = room.office.enter("-o'neil`id`@example.org");
  const std::string text = room.sent(job_kinds::kReceipt).text;
  CHECK(has(text,
            "curl -fsSO https://example.org/c/autumn/draw.json\n"
            "curl -fsSO https://example.org/c/autumn/leaves.txt\n"
            "promotions draw verify draw.json --leaves leaves.txt \\\n"
            "  --ticket 1 \\\n"
            "  --nonce " +
                odd.nonce +
                " \\\n"
                "  --email='-o'\\''neil`id`@example.org' \\\n"
                "  --commitment " +
                to_hex(campaign->commitment) +
                " \\\n"
                "  --terms " +
                room.terms(1) + "\n"));
}

TEST_CASE("receipt: both parts have a link to withdraw, the same one in each mail", "[jobs]") {
  KeptMails room;
  room.office.create();
  const Subscriber ana = room.office.enter("ana@example.org");
  const std::string link = "https://example.org/withdraw?token=" +
                           room.office.signer.sign(withdrawal_of(ana.id), ana.verified_at.value());
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Message message = room.sent(job_kinds::kReceipt);
    CHECK(has(message.text, "\n" + link + "\n"));
    CHECK(has(message.html, "href=\"" + link + "\""));
    room.office.clock.advance(std::chrono::minutes(5));
  }
}
