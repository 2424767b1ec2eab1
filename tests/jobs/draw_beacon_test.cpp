// Draws that wait for a round of drand, with a relay that may do anything.
#include "manager/draw_office.h"
#include "promotions/jobs/job_handlers.h"
#include "support/drand_relay.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

// The period of the relay's chain.
constexpr Millis kPeriod = std::chrono::seconds(30);
// Its round at the time when the tests' clock starts.
constexpr std::int64_t kNow = 3'000'001;

class NoMail final : public Transport {
 public:
  Delivery send(const Message&) override { return {}; }
  Delivery probe() override { return {}; }
  std::string description() const override { return "nothing"; }
};

// A campaign with a drand beacon, and the jobs of its draw, run one by one.
class BeaconOffice : public DrawOffice {
 public:
  explicit BeaconOffice(std::vector<std::string> urls, Millis delay = kPeriod)
      : drand({.urls = std::move(urls), .chain = DrandRelay::chain_hash(), .ca_file = {}}) {
    campaign = create("autumn", [&](CampaignSettings& settings) {
      settings.winners = 2;
      settings.beacon = {BeaconKind::drand, "", DrandRelay::chain_hash(), 0};
      settings.draw_delay = delay;
    });
    enter_all(campaign, 5);
    draws->finish_campaign(kOwner, "autumn", Millis{0});
  }

  // One attempt, by a program with this chain in its configuration.
  JobResult run(std::string_view kind, const std::string& chain = DrandRelay::chain_hash()) {
    const auto handlers = make_job_handlers({*storage, *campaigns, *sign_ups, *draws, drand, signer,
                                             renderer_, transport_, clock, mail_, chain});
    return handlers.at(std::string(kind))(jobs(kind).at(0));
  }
  JobResult finish(const std::string& chain = DrandRelay::chain_hash()) {
    return run(job_kinds::kFinishCampaign, chain);
  }
  JobResult fetch(const std::string& chain = DrandRelay::chain_hash()) {
    return run(job_kinds::kFetchBeacon, chain);
  }

  bool is_sealed() { return campaigns->find("autumn")->sealed_at.has_value(); }
  bool is_drawn() { return campaigns->find("autumn")->finished_at.has_value(); }

  CampaignPtr campaign;
  DrandClient drand;

 private:
  MailRenderer renderer_;
  NoMail transport_;
  const MailSettings mail_{{"Raffles", "raffles@example.org"}, {}, "https://example.org"};
};

using Strings = std::vector<std::string>;

std::string path_of(std::int64_t round) {
  return "/public/" + std::to_string(round);
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("beacon draw: sealed for the first round after the delay, and drawn with its value",
          "[jobs]") {
  DrandRelay relay;
  BeaconOffice office({relay.url()});
  CHECK(office.finish().kind == JobResult::Kind::done);
  CHECK(relay.requests() == Strings{"/info"});
  CHECK(office.seal().beacon.round == kNow + 1);
  CHECK(office.seal().beacon.chain == DrandRelay::chain_hash());
  const auto jobs = office.jobs(job_kinds::kFetchBeacon);
  REQUIRE(jobs.size() == 1);
  CHECK(jobs[0].run_at == office.clock.now() + kPeriod);
  CHECK_FALSE(office.is_drawn());

  CHECK(office.finish().kind == JobResult::Kind::done);  // repeated: nothing happens
  CHECK(office.jobs(job_kinds::kFetchBeacon).size() == 1);
  CHECK(relay.requests().size() == 1);

  office.clock.advance(kPeriod);
  relay.release(kNow + 1);
  CHECK(office.fetch().kind == JobResult::Kind::done);
  CHECK(relay.requests() == Strings{"/info", path_of(kNow + 1)});
  CHECK(office.is_drawn());
  const Transcript transcript = office.transcript();
  CHECK(transcript.reveal.value == DrandRelay::randomness(kNow + 1));
  CHECK(transcript.seal.beacon.round == kNow + 1);
  CHECK(office.faults().empty());
  CHECK(office.fetch().kind == JobResult::Kind::done);  // repeated: nobody is asked
  CHECK(relay.requests().size() == 2);
}

TEST_CASE("beacon draw: the round is at the delay's end or later, never before", "[jobs]") {
  struct Row {
    Millis delay;
    std::int64_t round;
  };
  for (const Row& row :
       {Row{Millis{0}, kNow + 1}, Row{Millis{1}, kNow + 1}, Row{kPeriod, kNow + 1},
        Row{kPeriod + Millis{1}, kNow + 2}, Row{std::chrono::hours(24 * 7), kNow + 7 * 24 * 120}}) {
    DrandRelay relay;
    BeaconOffice office({relay.url()}, row.delay);
    CAPTURE(row.delay.count());
    CHECK(office.finish().kind == JobResult::Kind::done);
    CHECK(office.seal().beacon.round == row.round);
    CHECK(office.jobs(job_kinds::kFetchBeacon).at(0).run_at >= office.seal().sealed_at + row.delay);
  }
}

TEST_CASE("beacon draw: without the chain's times nothing is sealed", "[jobs]") {
  DrandRelay relay;
  Json other = DrandRelay::info();
  other["hash"] = std::string(64, 'd');
  relay.on("/info", GENERATE_COPY(CannedAnswer::drop(), CannedAnswer::http(500, "busy"),
                                  CannedAnswer::json(other), CannedAnswer::json({{"period", 0}})));
  BeaconOffice office({relay.url()});
  const JobResult result = office.finish();
  CHECK(result.kind == JobResult::Kind::retry);
  CHECK(holds(result.reason, relay.host()));
  CHECK_FALSE(office.is_sealed());
  relay.on("/info", CannedAnswer::json(DrandRelay::info()));
  CHECK(office.finish().kind == JobResult::Kind::done);
  CHECK(office.is_sealed());
}

TEST_CASE("beacon draw: a relay that lies or fails draws nothing, and another one is asked",
          "[jobs]") {
  DrandRelay relay;
  DrandRelay honest;
  relay.release(kNow + 1);
  const std::string path = path_of(kNow + 1);
  Json made_up = DrandRelay::round(kNow + 1);
  made_up["randomness"] = std::string(64, '0');
  relay.on(path,
           GENERATE_COPY(CannedAnswer::drop(), CannedAnswer::http(503, "busy"),
                         CannedAnswer::json(made_up),
                         CannedAnswer::json(DrandRelay::round(kNow)),  // known before the seal
                         CannedAnswer::http(200, "<html>")));
  const bool both = GENERATE(false, true);
  Strings urls{relay.url()};
  if (both) urls.push_back(honest.url());
  honest.release(kNow + 1);
  BeaconOffice office(urls);
  REQUIRE(office.finish().kind == JobResult::Kind::done);
  office.clock.advance(kPeriod);
  const JobResult result = office.fetch();
  if (both) {
    CHECK(result.kind == JobResult::Kind::done);
  } else {
    CHECK(result.kind == JobResult::Kind::retry);
    CHECK(holds(result.reason, relay.host()));
    CHECK_FALSE(result.retry_after);
    CHECK_FALSE(office.is_drawn());
    relay.on(path, CannedAnswer::json(DrandRelay::round(kNow + 1)));
    CHECK(office.fetch().kind == JobResult::Kind::done);
  }
  CHECK(office.transcript().reveal.value == DrandRelay::randomness(kNow + 1));
  CHECK(office.faults().empty());
}

TEST_CASE("beacon draw: a relay that shifts genesis cannot choose a known round", "[jobs]") {
  // By its times the next round would be one that everybody has known for an hour.
  DrandRelay liar;
  Json shifted = DrandRelay::info();
  shifted["genesis_time"] = shifted["genesis_time"].get<std::int64_t>() + 3'600;
  liar.on("/info", CannedAnswer::json(shifted));
  liar.release(kNow);
  DrandRelay honest;
  const bool is_alone = GENERATE(true, false);
  Strings urls{liar.url()};
  if (!is_alone) urls.push_back(honest.url());
  BeaconOffice office(urls);
  const JobResult result = office.finish();
  if (is_alone) {
    CHECK(result.kind == JobResult::Kind::retry);
    CHECK(holds(result.reason, "do not give the chain's hash"));
    CHECK_FALSE(office.is_sealed());
  } else {
    CHECK(result.kind == JobResult::Kind::done);
    CHECK(office.seal().beacon.round == kNow + 1);
  }
}

TEST_CASE("beacon draw: a relay that answers an older round cannot have it drawn", "[jobs]") {
  DrandRelay liar;
  BeaconOffice office({liar.url()});
  REQUIRE(office.finish().kind == JobResult::Kind::done);
  office.clock.advance(kPeriod);
  const std::string path = path_of(kNow + 1);
  for (const std::int64_t older : {kNow, kNow - 1, std::int64_t{1}}) {
    liar.on(path, CannedAnswer::json(DrandRelay::round(older)));
    const JobResult result = office.fetch();
    CHECK(result.kind == JobResult::Kind::retry);
    CHECK(holds(result.reason, "round is not " + std::to_string(kNow + 1)));
    CHECK_FALSE(office.is_drawn());
  }
}

TEST_CASE("beacon draw: of two relays that disagree only one decides, and it leaves a trace",
          "[jobs]") {
  // No signature is verified, so either may be believed: but only once, and what it said is
  // published for everybody to compare with what the chain itself published.
  DrandRelay first;
  DrandRelay second;
  first.release(kNow + 1);
  second.release(kNow + 1);
  const std::string path = path_of(kNow + 1);
  Json made_up = DrandRelay::round(kNow + 2);
  made_up["round"] = kNow + 1;
  first.on(path, CannedAnswer::json(made_up));
  BeaconOffice office({first.url(), second.url()});
  REQUIRE(office.finish().kind == JobResult::Kind::done);
  office.clock.advance(kPeriod);
  REQUIRE(office.fetch().kind == JobResult::Kind::done);
  const Transcript drawn = office.transcript();
  CHECK(drawn.reveal.value == made_up["randomness"].get<std::string>());
  CHECK(drawn.reveal.signature == made_up["signature"].get<std::string>());
  CHECK(drawn.seal.beacon.round == kNow + 1);
  // Another answer comes too late.
  first.on(path, CannedAnswer::drop());
  office.fetch();
  office.draws->draw(office.campaign->id,
                     BeaconAnswer{DrandRelay::randomness(kNow + 1), std::string(192, '0')});
  CHECK(to_json(office.transcript()) == to_json(drawn));
}

TEST_CASE("beacon draw: a relay that lags is soon asked again, but not for ever", "[jobs]") {
  DrandRelay relay;
  relay.release(kNow);
  BeaconOffice office({relay.url()});
  REQUIRE(office.finish().kind == JobResult::Kind::done);
  office.clock.advance(kPeriod);
  JobResult result = office.fetch();
  CHECK(result.kind == JobResult::Kind::retry);
  REQUIRE(result.retry_after);
  CHECK(*result.retry_after > Millis{0});
  CHECK(*result.retry_after <= std::chrono::seconds(5));
  CHECK_FALSE(office.is_drawn());
  office.clock.advance(std::chrono::hours(1));
  result = office.fetch();
  CHECK(result.kind == JobResult::Kind::retry);
  CHECK_FALSE(result.retry_after);  // by then the delay grows as that of other jobs
  relay.release(kNow + 200);
  CHECK(office.fetch().kind == JobResult::Kind::done);
  CHECK(office.transcript().reveal.value ==
        DrandRelay::randomness(kNow + 1));  // the one that was sealed
}

TEST_CASE("beacon draw: with another chain configured it waits for the pinned one", "[jobs]") {
  DrandRelay relay;
  relay.release(kNow + 1);
  BeaconOffice office({relay.url()});
  const std::string other(64, 'd');
  JobResult result = office.finish(other);
  CHECK(result.kind == JobResult::Kind::retry);
  CHECK(holds(result.reason, DrandRelay::chain_hash()));
  CHECK_FALSE(office.is_sealed());
  CHECK(relay.requests().empty());
  REQUIRE(office.finish().kind == JobResult::Kind::done);

  office.clock.advance(kPeriod);
  result = office.fetch(other);
  CHECK(result.kind == JobResult::Kind::retry);
  CHECK(holds(result.reason, DrandRelay::chain_hash()));
  CHECK_FALSE(office.is_drawn());
  CHECK(relay.requests() == Strings{"/info"});
  CHECK(office.fetch().kind == JobResult::Kind::done);
  CHECK(office.is_drawn());
}

TEST_CASE("beacon draw: after a crash the round stays the one that was sealed", "[jobs]") {
  DrandRelay relay;
  relay.release(kNow + 1'000);
  BeaconOffice office({relay.url()});
  REQUIRE(office.finish().kind == JobResult::Kind::done);
  office.clock.advance(std::chrono::hours(2));
  office.reopen();
  CHECK(office.finish().kind == JobResult::Kind::done);
  CHECK(office.seal().beacon.round == kNow + 1);
  CHECK(office.fetch().kind == JobResult::Kind::done);
  CHECK(office.transcript().reveal.value == DrandRelay::randomness(kNow + 1));
}

TEST_CASE("beacon draw: of a campaign that was deleted nothing is asked", "[jobs]") {
  DrandRelay relay;
  BeaconOffice office({relay.url()});
  REQUIRE(office.finish().kind == JobResult::Kind::done);
  office->remove(kOwner, "autumn");
  office->purge(office.campaign->id);
  CHECK(office.fetch().kind == JobResult::Kind::cancel);
  CHECK(office.finish().kind == JobResult::Kind::cancel);
  CHECK(relay.requests() == Strings{"/info"});
}
