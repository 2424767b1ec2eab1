// What is sealed, drawn and published, and who is in it.
#include <algorithm>
#include <functional>
#include <thread>

#include "manager/draw_office.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/merkle_tree.h"
#include "support/event.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

Receipt receipt_of(int number) {
  return {number, entrant_nonce(number), entrant_address(number)};
}

template <typename T>
NotPublished refusal(const Published<T>& published) {
  return std::get<NotPublished>(published);
}

bool has_chunk(Office& office, const CampaignPtr& campaign) {
  return office.storage->read(
      [&](const Stores& stores) { return stores.entrants.chunk(campaign->id, 0).has_value(); });
}

// Erases a subscriber in the first write after the list was computed. It is always waiting for the
// writer, and so comes before whatever is handed over after that.
class ErasesOnceComputed {
 public:
  ErasesOnceComputed(Office& office, const CampaignPtr& campaign, std::int64_t subscriber_id)
      : storage_(*office.storage), campaign_id_(campaign->id), subscriber_id_(subscriber_id) {
    watch();
  }
  ~ErasesOnceComputed() { CHECK(erased_.wait()); }

 private:
  void watch() {
    storage_.write_later(
        WriteSource::others, 256,
        [this](Stores& stores) {
          if (!stores.entrants.chunk(campaign_id_, 0)) return false;
          stores.subscribers.erase(subscriber_id_, false);
          stores.campaigns.count_list_change(campaign_id_);
          return true;
        },
        [this](Completion<bool> completion) {
          if (completion.take()) {
            erased_.happen();
          } else {
            watch();
          }
        });
  }

  Storage& storage_;
  const std::int64_t campaign_id_;
  const std::int64_t subscriber_id_;
  Event erased_;
};

}  // namespace

TEST_CASE("draw: the published check value comes out of a real campaign", "[manager]") {
  DrawOffice office;
  office.clock.set(parse_rfc3339("2026-11-24T12:00:00Z").value());
  CampaignSettings settings;
  settings.name = "Sorteo de Navidad";
  settings.admin_email = "boss@example.org";
  settings.organizer = "AMPA Miguel Hernández";
  settings.contact_email = "ampa@example.org";
  settings.minimum_age = 18;
  settings.prizes = {{{"Cesta"}, 1, {"80 €"}}};
  settings.alternates = 2;
  settings.draw_delay = Millis{0};
  settings.closes_at = parse_rfc3339("2026-12-20T22:59:59Z");
  SameBytes secret(0xAA);
  REQUIRE(
      Campaigns(*office.storage, office.clock, secret).create(testing::kOwner, "demo", settings));
  const CampaignPtr campaign = office->find("demo");
  CHECK(to_hex(campaign->commitment) ==
        "e0e77a507412b120f6ede61f62295b1a7b2ff19d3dcc8f7253e51663470c888e");
  CHECK(to_hex(office->terms(campaign->id).back().hash) ==
        "f13861f9a46095db388a79ae6798ecc92a8b7ca5b2a76c7284d23f5e8a913cc2");
  int number = 0;
  for (const char* email : {"a@example.org", "b@example.org", "C@Example.org"}) {
    office.sign_up(email, "demo");
    const std::int64_t id = office.subscriber(to_lower_ascii(email), "demo").id;
    Nonce nonce{};
    nonce.fill(static_cast<unsigned char>(++number));
    office.storage->write([&](Stores& stores) {
      stores.subscribers.verify(id, stores.campaigns.take_ticket(campaign->id), nonce,
                                office.clock.now());
    });
  }

  office.clock.set(parse_rfc3339("2026-12-21T09:00:00Z").value());
  office.finish(campaign);
  const Transcript transcript = office.transcript("demo");
  CHECK(to_hex(office.proof(1, "demo").key) ==
        "8dd783dfb3f91dd6225a48afd1b77f6eda148ce2b258e2f46e9aec4abc86c5a1");
  CHECK(to_hex(office.proof(1, "demo").leaf) ==
        "c76934f8fc395853840e7b5a96e86c0148e4e53d831b2e0b2fa9fd4227169533");
  CHECK(to_hex(transcript.seal.root) ==
        "e7ebcb494d641287b810b7f98ccf451602cbb2e7d4e4795e01b4a0f0d20bb98e");
  CHECK(to_hex(hash_of(transcript.seal)) ==
        "f5ab12f1268f857a3fc9a7d8eb07a8a5835af25046adb60cfed494c0f1c0f8eb");
  CHECK(to_hex(transcript.seed) ==
        "e515e07c8f52b0a99f284d82c23ef5a3cd797977ce9224028c97cb1902294cfa");
  CHECK(tickets_of(transcript) == Tickets{3, 2, 1});
  CHECK(office.faults({}, "demo").empty());
}

TEST_CASE("draw: lists of one chunk, of several and around their borders verify", "[manager]") {
  for (const int entrants : {1, 2, 1'023, 1'024, 1'025, 2'100}) {
    CAPTURE(entrants);
    DrawOffice office;
    const CampaignPtr campaign = office.create("autumn", with_prizes(3, 4));
    office.enter_all(campaign, entrants);
    office.finish(campaign);
    const Transcript transcript = office.transcript();
    CHECK(transcript.seal.entrants == entrants);
    CHECK(transcript.drawn.size() == static_cast<std::size_t>(std::min(entrants, 7)));
    CHECK(office.faults().empty());
    // Most lists are short; a long one's entrants need not be asked one after the other.
    for (int ticket = 1; ticket <= entrants; ticket += ticket == 1 || ticket > 1'015 ? 1 : 83) {
      const Proof proof = office.proof(ticket);
      CAPTURE(ticket);
      CHECK(proof.ticket == ticket);
      CHECK(proof.index == static_cast<std::uint64_t>(ticket) - 1);
      CHECK(proof.leaf == entrant_leaf(ticket, proof.key));
      CHECK(proof.root == transcript.seal.root);
      CHECK(leads_to_root(proof));
    }
    CHECK(office.faults({.receipt = receipt_of(entrants)}).empty());
    Receipt stranger = receipt_of(entrants);
    stranger.nonce[15] ^= 1U;
    CHECK_FALSE(office.faults({.receipt = stranger}).empty());
    CHECK(refusal(office.draws->proof("autumn", entrants + 1)) == NotPublished::no_such_ticket);
    CHECK(refusal(office.draws->proof("autumn", 0)) == NotPublished::no_such_ticket);
    CHECK(refusal(office.draws->proof("autumn", -1)) == NotPublished::no_such_ticket);
  }
}

TEST_CASE("draw: nothing is published before its time", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(1, 1));
  office.enter_all(campaign, 3);
  CHECK(refusal(office.draws->transcript("unknown")) == NotPublished::no_such_campaign);
  CHECK(refusal(office.draws->seal_of("unknown")) == NotPublished::no_such_campaign);
  CHECK(refusal(office.draws->proof("unknown", 1)) == NotPublished::no_such_campaign);
  for (const bool stopped : {false, true}) {
    if (stopped) office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    CHECK(refusal(office.draws->seal_of("autumn")) == NotPublished::not_sealed);
    CHECK(refusal(office.draws->transcript("autumn")) == NotPublished::not_sealed);
    CHECK(refusal(office.draws->proof("autumn", 1)) == NotPublished::not_sealed);
    CHECK(office.leaves().empty());
    office.draws->draw(campaign->id);
    CHECK(office.draws->drawn(campaign->id).empty());
  }

  office.draws->seal(campaign->id);
  CHECK(office.seal().entrants == 3);
  CHECK(office.seal().sealed_at == office.clock.now());
  CHECK(refusal(office.draws->transcript("autumn")) == NotPublished::not_drawn);
  CHECK(leads_to_root(office.proof(2)));
  CHECK(office.leaves().size() == 3 * 65);
  CHECK(office.draws->drawn(campaign->id).empty());
  CHECK(office.jobs(job_kinds::kWinner).empty());
  const Json before = to_json(office.seal());
  office.clock.advance(std::chrono::hours(1));
  office.draws->draw(campaign->id);
  CHECK(to_json(office.transcript().seal) == before);
}

TEST_CASE("draw: excluded and disqualified subscribers are no entrants, and are counted",
          "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign =
      office.create("autumn", [](CampaignSettings& settings) { settings.winners = 10; });
  office.enter("ana@example.org");
  office.sign_up("Eva@Example.ORG");  // by her address
  testing::verify_subscriber(*office.sign_ups, office.token(office.subscriber("eva@example.org")));
  office.enter("bob@staff.example");      // by its domain
  office.enter("bob@sub.staff.example");  // another domain
  office.enter("eva@sub.example.org");    // another address
  const std::int64_t luis = office.enter("luis@example.org").id;
  office.sign_up("pending@example.org");
  office.exclude({"eva@example.org", "staff.example"});
  CHECK(office.draws->disqualify_subscriber(kOwner, "autumn", luis, "two entries").outcome ==
        DisqualifyOutcome::disqualified);
  CHECK(office.draws->disqualify_subscriber(kOwner, "autumn", luis, "again").outcome ==
        DisqualifyOutcome::already_disqualified);
  CHECK(office.draws->disqualify_subscriber(kOwner, "autumn", 99, "nobody").outcome ==
        DisqualifyOutcome::no_such_subscriber);
  CHECK(office.draws->disqualify_subscriber(kOwner, "unknown", luis, "nowhere").outcome ==
        DisqualifyOutcome::no_such_campaign);
  // Who is excluded counts as that, disqualified or not.
  const std::int64_t bob = office.subscriber("bob@staff.example").id;
  CHECK(office.draws->disqualify_subscriber(kOwner, "autumn", bob, "works here").outcome ==
        DisqualifyOutcome::disqualified);
  office.finish(campaign);

  const Transcript transcript = office.transcript();
  CHECK(transcript.seal.entrants == 3);
  CHECK(transcript.seal.excluded == 2);
  CHECK(transcript.seal.disqualified == 1);
  Tickets drawn = tickets_of(transcript);
  std::sort(drawn.begin(), drawn.end());
  CHECK(drawn == Tickets{1, 4, 5});
  CHECK(office.faults().empty());
  for (const std::int64_t ticket : {2, 3, 6}) {
    CHECK(refusal(office.draws->proof("autumn", ticket)) == NotPublished::no_such_ticket);
  }
  CHECK(office.draws->disqualify_subscriber(kOwner, "autumn", luis, "late").outcome ==
        DisqualifyOutcome::already_sealed);
}

TEST_CASE("draw: if nobody may take part, the list is open again", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create();
  office.enter("bob@staff.example");
  office.exclude({"staff.example"});
  const std::int64_t ana = office.enter("ana@example.org").id;
  office.draws->disqualify_subscriber(kOwner, "autumn", ana, "two entries");
  const FinishResult result = office.finish_and_wait(campaign);
  CHECK(result.outcome == FinishOutcome::no_verified_subscribers);
  CHECK(office->state(*office->find("autumn")) == CampaignState::open);
  CHECK(refusal(office.draws->seal_of("autumn")) == NotPublished::not_sealed);
  CHECK_FALSE(has_chunk(office, campaign));

  office.enter("eva@example.org");
  office.finish(campaign);
  CHECK(office.draws->peek_finish("autumn").outcome == FinishOutcome::finished);
  CHECK(tickets_of(office.transcript()) == Tickets{3});
  CHECK(office.seal().excluded == 1);
  CHECK(office.seal().disqualified == 1);
}

TEST_CASE("draw: who was erased before the seal is not in the list", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(5, 0));
  office.enter_all(campaign, 5);
  const std::int64_t third = office.subscriber(entrant_address(3)).id;
  const auto erase = [&] {
    CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", third) == EraseOutcome::erased);
  };
  SECTION("while it is open") {
    erase();
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  }
  SECTION("after it was stopped") {
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    erase();
  }
  SECTION("after it was computed, and before a crash") {
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    const FatalClock clock(office.clock, 0);
    Draws draws(*office.storage, *office.campaigns, *office.sign_ups, clock, office.signer, 1);
    CHECK_THROWS(draws.seal(campaign->id));
    CHECK(has_chunk(office, campaign));
    office.reopen();
    erase();
  }
  SECTION("between its being computed and its being sealed") {
    office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    const ErasesOnceComputed eraser(office, campaign, third);
    office.draws->seal(campaign->id);
  }
  office.complete_finish(campaign->id);
  CHECK(office.seal().entrants == 4);
  CHECK(office.leaves().size() == 4 * 65);
  CHECK(refusal(office.draws->proof("autumn", 3)) == NotPublished::no_such_ticket);
  CHECK(office.proof(4).index == 2);
  CHECK(office.faults({.receipt = receipt_of(4)}).empty());
}

TEST_CASE("draw: who was disqualified between computing and sealing is not in the list",
          "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(5, 0));
  office.enter_all(campaign, 5);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  const FatalClock clock(office.clock, 0);
  Draws draws(*office.storage, *office.campaigns, *office.sign_ups, clock, office.signer, 1);
  CHECK_THROWS(draws.seal(campaign->id));
  CHECK(office.draws
            ->disqualify_subscriber(kOwner, "autumn", office.subscriber(entrant_address(1)).id, "x")
            .outcome == DisqualifyOutcome::disqualified);
  office.complete_finish(campaign->id);
  CHECK(office.seal().entrants == 4);
  CHECK(office.seal().disqualified == 1);
  CHECK(office.faults().empty());
}

TEST_CASE("draw: erasing entrants after the seal keeps the root and every proof", "[manager]") {
  DrawOffice office;
  const CampaignPtr campaign = office.create("autumn", with_prizes(2, 2));
  office.enter_all(campaign, 6);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.draws->seal(campaign->id);
  const OrderedJson seal = to_json(office.seal());
  const std::string leaves = office.leaves();
  for (const int number : {1, 2, 3}) {
    const Subscriber subscriber = office.subscriber(entrant_address(number));
    CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", subscriber.id) ==
          EraseOutcome::erased);
    const auto left = office.storage->read(
        [&](const Stores& stores) { return stores.subscribers.find(subscriber.id).value(); });
    CHECK(left.email.empty());
    CHECK(left.nonce.empty());
    CHECK(left.ticket == number);
  }
  office.draws->draw(campaign->id);
  CHECK(office.sign_ups->erase_subscriber(
            kOwner, "autumn", office.subscriber(entrant_address(4)).id) == EraseOutcome::erased);
  CHECK(to_json(office.seal()) == seal);
  CHECK(office.leaves() == leaves);
  for (int ticket = 1; ticket <= 6; ++ticket) CHECK(leads_to_root(office.proof(ticket)));
  CHECK(office.faults({.receipt = receipt_of(3)}).empty());  // who was erased still has the receipt
  CHECK(office.transcript().drawn.size() == 4);
}
