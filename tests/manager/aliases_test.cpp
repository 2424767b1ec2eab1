// Several names of one mailbox: whether they count once, and how many mails they bring it.
#include <atomic>
#include <latch>
#include <set>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kHour = std::chrono::hours(1);
constexpr Millis kDay = 24 * kHour;
constexpr Millis kResendAfter = std::chrono::minutes(10);

void merge(CampaignSettings& settings) {
  settings.aliases = Aliases::merge;
}

// Ana, as she or her mail server may be called.
const std::vector<std::string> kNames{"ana@gmail.com", "a.na+news@gmail.com",
                                      "ANA+1@GoogleMail.com", "a.n.a@googlemail.com"};

std::string mailed(Office& office, const Job& job) {
  return office.storage->read([&](const Stores& stores) {
    return stores.subscribers.find(job.subscriber_id).value().email;
  });
}

}  // namespace

TEST_CASE("aliases: merged, they are one entrant, and mail goes where the first sign-up said",
          "[manager]") {
  Office office;
  office.create("autumn", merge);
  CHECK(office.outcome("a.na+news@gmail.com") == SignUpOutcome::accepted);
  for (const std::string& name : kNames) {
    CAPTURE(name);
    const SignUpResult again = office.sign_up(name);
    CHECK(again.outcome == SignUpOutcome::already_registered);
    CHECK(again.mail == RepeatMail::waiting);
  }
  office.reopen();
  office.clock.advance(kResendAfter);
  CHECK(office.sign_up("ana@gmail.com").mail == RepeatMail::sent);
  const SignUpResult other = testing::add_subscriber(
      *office.sign_ups,
      {.campaign = "autumn", .email = "ana+1@gmail.com", .data = {{"name", "Ana"}}});
  CHECK(other.mail == RepeatMail::sent);  // what another alias says is a variant
  const auto jobs = office.jobs(job_kinds::kVerification);
  REQUIRE(jobs.size() == 3);
  for (const Job& job : jobs) CHECK(mailed(office, job) == "a.na+news@gmail.com");
  const Subscriber ana = office.subscriber("ana@gmail.com");
  CHECK(ana.email == "a.na+news@gmail.com");
  const std::string token = office.token(ana, jobs.back().argument);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
  CHECK(office.subscriber("ana@gmail.com").data == R"({"name":"Ana"})");
  for (const std::string& name : kNames) CHECK(office.sign_up(name).mail == RepeatMail::none);
  CHECK(office->view("autumn").value().subscribers.verified == 1);
  CHECK(office->view("autumn").value().subscribers.pending == 0);
}

TEST_CASE("aliases: distinct, each is an entrant of its own", "[manager]") {
  Office office;
  office.create();
  for (const std::string& name : kNames) CHECK(office.outcome(name) == SignUpOutcome::accepted);
  CHECK(office->view("autumn").value().subscribers.pending == 4);
}

TEST_CASE("aliases: a thousand at the same moment are one entrant", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 0});
  office.create("autumn", merge);
  constexpr int kSignUps = 1000;
  std::atomic<int> accepted{0};
  std::atomic<int> known{0};
  std::latch all(kSignUps);
  for (int i = 0; i < kSignUps; ++i) {
    const std::string email = "ana+" + std::to_string(i) + "@example.org";
    office.sign_ups->add_subscriber({.campaign = "autumn", .email = email, .locale = {}},
                                    [&](Completion<SignUpResult> done) {
                                      const auto outcome = done.take().outcome;
                                      if (outcome == SignUpOutcome::accepted) ++accepted;
                                      if (outcome == SignUpOutcome::already_registered) ++known;
                                      all.count_down();
                                    });
  }
  all.wait();
  CHECK(accepted == 1);
  CHECK(known == kSignUps - 1);
  CHECK(office.verification_mails() == 1);
}

TEST_CASE("aliases: merged and concealed, each is answered alike", "[manager]") {
  Office office;
  office.create("autumn", [](CampaignSettings& settings) {
    merge(settings);
    settings.duplicates = Duplicates::conceal;
  });
  for (const std::string& name : kNames) {
    const SignUpResult result = office.sign_up(name);
    CHECK(result.outcome == SignUpOutcome::accepted);
    CHECK(result.email == EmailAddress::parse(name)->text());  // its own, not the first's
  }
  CHECK(office.verification_mails() == 1);
}

TEST_CASE("aliases: merged, tags without end bring a mailbox no more mails", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 2});
  for (const char* slug : {"first", "second", "third"}) office.create(slug, merge);
  CHECK(office.outcome("ana+1@example.org", "first") == SignUpOutcome::accepted);
  office.clock.advance(kHour);
  CHECK(office.outcome("ana+2@example.org", "second") == SignUpOutcome::accepted);
  office.reopen();
  CHECK(office.outcome("ana@example.org", "third") == SignUpOutcome::too_many_mails);
  CHECK(office.outcome("anna@example.org", "third") == SignUpOutcome::accepted);
  office.clock.advance(kDay);
  CHECK(office.outcome("ana@example.org", "third") == SignUpOutcome::accepted);
}

TEST_CASE("aliases: distinct, each has its own share of mails", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 1});
  office.create();
  for (int i = 0; i < 6; ++i) {
    CHECK(office.outcome("ana+" + std::to_string(i) + "@example.org") == SignUpOutcome::accepted);
  }
}

TEST_CASE("aliases: merged, erasing one does not let another evade the day's share", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 1});
  office.create("autumn", merge);
  CHECK(office.outcome("ana+1@example.org") == SignUpOutcome::accepted);
  const auto listed = office.sign_ups->subscribers("autumn", {}).value().subscribers;
  REQUIRE(listed.size() == 1);
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", listed[0].id) == EraseOutcome::erased);
  CHECK(office.outcome("ana+2@example.org") == SignUpOutcome::too_many_mails);
  office.clock.advance(kDay);
  CHECK(office.outcome("ana+2@example.org") == SignUpOutcome::accepted);
}

TEST_CASE("aliases: merged, whoever is excluded is so under every name", "[manager]") {
  Office office;
  office.create("autumn", merge);
  office.sign_up("a.na@gmail.com");
  const Subscriber ana = office.subscriber("ana@gmail.com");
  office.exclude({"an.a@googlemail.com", "boss+1@example.org"});
  for (const std::string& name : kNames) {
    CAPTURE(name);
    CHECK(office.outcome(name) == SignUpOutcome::not_eligible);
  }
  CHECK(office.outcome("boss@example.org") == SignUpOutcome::not_eligible);
  CHECK(testing::verify_subscriber(*office.sign_ups, office.token(ana)).outcome ==
        VerifyOutcome::not_eligible);
  CHECK(office.outcome("eva@gmail.com") == SignUpOutcome::accepted);
}

TEST_CASE("aliases: a subscriber is found by what was typed, is shown, and counts", "[manager]") {
  Office office;
  office.create("autumn", merge);
  office.sign_up("Ana+Uno@españa.example");
  office.sign_up("eva@example.org");
  for (const char* text : {"ana+uno", "UNO@", "ana@xn--espaa", "ana@españa.ex", "o@españa",
                           "ana+otro@españa.example", "ANA@ESPAÑA.example"}) {
    CAPTURE(text);
    const auto found = office.sign_ups->subscribers("autumn", {.text = text}).value().subscribers;
    REQUIRE(found.size() == 1);
    CHECK(found[0].email == "Ana+Uno@xn--espaa-rta.example");
    CHECK(found[0].email_key == "ana@xn--espaa-rta.example");
  }
}

TEST_CASE("aliases: how they count is fixed once people can have entered", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create("autumn", [&](CampaignSettings& settings) {
    settings.opens_at = office.clock.now() + kHour;
  });
  CampaignSettings settings = campaign->settings;
  settings.aliases = Aliases::merge;
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  CHECK(office->find("autumn")->settings.aliases == Aliases::merge);
  office.clock.advance(kHour);
  settings.aliases = Aliases::distinct;
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::terms_fixed);
  office.sign_up("ana+1@example.org");
  settings.aliases = Aliases::merge;
  settings.opens_at = office.clock.now() + kHour;  // put off, but somebody has entered
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  settings.aliases = Aliases::distinct;
  CHECK(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::terms_fixed);
}

TEST_CASE("aliases: a sign-up that was on its way when they changed is not stored as before",
          "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  // What is committed by a storage of its own, the other's memory does not hear of.
  Storage elsewhere({.path = office.folder.file("promotions.db")});
  Campaigns ahead(elsewhere, office.clock, office.random);
  CampaignSettings settings = campaign->settings;
  settings.opens_at = office.clock.now() + kHour;
  REQUIRE(ahead.update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  settings.aliases = Aliases::merge;
  REQUIRE(ahead.update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  const SignUpResult result = office.sign_up("ana+1@example.org");
  CHECK(result.outcome == SignUpOutcome::not_yet);
  CHECK(office->view("autumn").value().subscribers.pending == 0);
}
