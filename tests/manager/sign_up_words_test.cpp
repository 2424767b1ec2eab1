// Further sign-ups of an address that is pending: whose words count, and what is said of the mail.
#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kMinute = std::chrono::minutes(1);
constexpr Millis kHour = std::chrono::hours(1);
constexpr Millis kDay = 24 * kHour;
constexpr char kAna[] = "ana@example.org";

std::string named(const std::string& name) {
  return Json{{"name", name}}.dump();
}

SignUpResult sign_up(Office& office, const std::string& name, const std::string& locale = {}) {
  return testing::add_subscriber(
      *office.sign_ups,
      {.campaign = "autumn", .email = kAna, .data = {{"name", name}}, .locale = locale});
}

RepeatMail mail_of(const SignUpResult& result) {
  CHECK(result.outcome == SignUpOutcome::already_registered);
  return result.mail;
}

// Of the last verification mail that was asked for: the variant that it is about.
std::int64_t last_variant(Office& office) {
  return office.jobs(job_kinds::kVerification).back().argument;
}

std::size_t variants(Office& office) {
  return office.storage->read(
      [&](const Stores& stores) { return stores.variants.list(1, Time{}).size(); });
}

void conceal(CampaignSettings& settings) {
  settings.duplicates = Duplicates::conceal;
}

}  // namespace

TEST_CASE("words: a link confirms what its own sign-up said, and the others go", "[manager]") {
  Office office;
  office.create();
  CHECK(sign_up(office, "Stranger").outcome == SignUpOutcome::accepted);
  const std::string strangers = office.token(office.subscriber(kAna));
  CHECK(mail_of(sign_up(office, "Ana", "en")) == RepeatMail::sent);  // at once
  CHECK(office.verification_mails() == 2);
  const std::string hers = office.token(office.subscriber(kAna), last_variant(office));
  CHECK(office->view("autumn").value().subscribers.pending == 1);
  CHECK(office.subscriber(kAna).data == named("Stranger"));
  const bool hers_first = GENERATE(true, false);
  const std::string& first = hers_first ? hers : strangers;
  CHECK(testing::verify_subscriber(*office.sign_ups, first, VerifyIntent::look).outcome ==
        VerifyOutcome::pending);
  CHECK(variants(office) == 1);
  CHECK(testing::verify_subscriber(*office.sign_ups, first).outcome == VerifyOutcome::verified);
  const Subscriber verified = office.subscriber(kAna);
  CHECK(verified.data == named(hers_first ? "Ana" : "Stranger"));
  CHECK(verified.locale == (hers_first ? "en" : ""));
  CHECK(verified.ticket == 1);
  CHECK(variants(office) == 0);
  for (const std::string& link : {hers, strangers}) {
    CHECK(testing::verify_subscriber(*office.sign_ups, link).outcome ==
          VerifyOutcome::already_verified);
  }
  CHECK(office.subscriber(kAna).data == verified.data);
  CHECK(office.jobs(job_kinds::kReceipt).size() == 1);
  CHECK(mail_of(sign_up(office, "Other")) == RepeatMail::none);
}

TEST_CASE("words: the same once more is mailed again after ten minutes, each with its own",
          "[manager]") {
  Office office;
  office.create();
  const Time begin = office.clock.now();
  sign_up(office, "Ana");
  office.clock.advance(4 * kMinute);
  sign_up(office, "Anna");
  const std::int64_t variant = last_variant(office);
  CHECK(variant != 0);
  office.clock.advance(kMinute);
  const SignUpResult first = sign_up(office, "Ana");
  CHECK(mail_of(first) == RepeatMail::waiting);
  CHECK(first.retry_after == 5 * kMinute);
  CHECK(first.mailed_at == begin);
  const SignUpResult second = sign_up(office, "Anna");
  CHECK(mail_of(second) == RepeatMail::waiting);
  CHECK(second.retry_after == 9 * kMinute);
  CHECK(second.mailed_at == begin + 4 * kMinute);
  CHECK(office.verification_mails() == 2);
  office.clock.advance(9 * kMinute);
  CHECK(mail_of(sign_up(office, "Anna")) == RepeatMail::sent);
  CHECK(last_variant(office) == variant);
  CHECK(mail_of(sign_up(office, "Ana")) == RepeatMail::sent);
  CHECK(last_variant(office) == 0);
  CHECK(variants(office) == 1);
}

TEST_CASE("words: another language is something else, the campaign's own by name is not",
          "[manager]") {
  Office office;
  office.create();  // in Spanish
  sign_up(office, "Ana");
  CHECK(mail_of(sign_up(office, "Ana", "es")) == RepeatMail::waiting);
  CHECK(mail_of(sign_up(office, "Ana", "en")) == RepeatMail::sent);
  CHECK(mail_of(sign_up(office, "Ana", "en")) == RepeatMail::waiting);
  CHECK(variants(office) == 1);
}

TEST_CASE("words: five are kept beside the first, one more is stored nowhere", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 0});
  office.create();
  sign_up(office, "0");
  for (int i = 1; i <= 5; ++i)
    CHECK(mail_of(sign_up(office, std::to_string(i))) == RepeatMail::sent);
  CHECK(mail_of(sign_up(office, "6")) == RepeatMail::full);
  CHECK(variants(office) == 5);
  CHECK(office.verification_mails() == 6);
  CHECK(mail_of(sign_up(office, "3")) == RepeatMail::waiting);
  // Those that nobody opened go after a day, and make room.
  const std::string old = office.token(office.subscriber(kAna), last_variant(office));
  office.clock.advance(kDay - Millis{1});
  CHECK(mail_of(sign_up(office, "6")) == RepeatMail::full);
  CHECK(testing::verify_subscriber(*office.sign_ups, old, VerifyIntent::look).outcome ==
        VerifyOutcome::pending);
  office.clock.advance(Millis{1});
  CHECK(testing::verify_subscriber(*office.sign_ups, old).outcome == VerifyOutcome::expired);
  CHECK(mail_of(sign_up(office, "6")) == RepeatMail::sent);
  office.storage->write([&](Stores& stores) {
    CHECK_FALSE(office.sign_ups->forget_old(stores, office.clock.now()));
  });
  CHECK(variants(office) == 1);
  CHECK(testing::verify_subscriber(*office.sign_ups, old).outcome == VerifyOutcome::expired);
  CHECK_FALSE(office.subscriber(kAna).verified_at);
}

TEST_CASE("words: whose link has expired is mailed a new one at once", "[manager]") {
  Office office;
  office.create("autumn", [](CampaignSettings& settings) { settings.token_ttl = 2 * kMinute; });
  sign_up(office, "0");
  CHECK(mail_of(sign_up(office, "1")) == RepeatMail::sent);
  const std::string old = office.token(office.subscriber(kAna));
  office.clock.advance(2 * kMinute - Millis{1'000});
  const SignUpResult waiting = sign_up(office, "0");
  CHECK(mail_of(waiting) == RepeatMail::waiting);
  CHECK(waiting.retry_after == Millis{1'000});
  office.clock.advance(Millis{1'000});
  CHECK(testing::verify_subscriber(*office.sign_ups, old).outcome == VerifyOutcome::expired);
  CHECK(mail_of(sign_up(office, "0")) == RepeatMail::sent);
  CHECK(mail_of(sign_up(office, "1")) == RepeatMail::sent);
  CHECK(mail_of(sign_up(office, "1")) == RepeatMail::waiting);
  CHECK(office.verification_mails() == 4);
  const std::string token = office.token(office.subscriber(kAna), last_variant(office));
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
}

TEST_CASE("words: links that work for long wait ten minutes as before, and a change of it counts",
          "[manager]") {
  Office office;
  office.create();
  sign_up(office, "0");
  office.clock.advance(2 * kMinute);
  CHECK(mail_of(sign_up(office, "0")) == RepeatMail::waiting);
  office->update(kOwner, "autumn", [](CampaignSettings& settings) {
    settings.token_ttl = kMinute;
    return true;
  });
  CHECK(mail_of(sign_up(office, "0")) == RepeatMail::sent);
}

TEST_CASE("words: a concealing campaign mails an expired link again at once, too", "[manager]") {
  Office office;
  office.create("autumn", [](CampaignSettings& settings) {
    conceal(settings);
    settings.token_ttl = 2 * kMinute;
  });
  sign_up(office, "0");
  office.clock.advance(2 * kMinute);
  CHECK(sign_up(office, "0").outcome == SignUpOutcome::accepted);
  CHECK(office.verification_mails() == 2);
}

TEST_CASE("words: further sign-ups count for the day of the address", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 3});
  office.create();
  office.create("other");
  sign_up(office, "0");
  CHECK(mail_of(sign_up(office, "1")) == RepeatMail::sent);
  CHECK(mail_of(sign_up(office, "2")) == RepeatMail::sent);
  CHECK(mail_of(sign_up(office, "3")) == RepeatMail::limited);
  CHECK(mail_of(sign_up(office, "0")) == RepeatMail::limited);  // not "in ten minutes"
  CHECK(variants(office) == 2);
  CHECK(office.outcome(kAna, "other") == SignUpOutcome::too_many_mails);
  // Erasing and verifying do not give them back.
  testing::verify_subscriber(*office.sign_ups,
                             office.token(office.subscriber(kAna), last_variant(office)));
  CHECK(office.outcome(kAna, "other") == SignUpOutcome::too_many_mails);
  office.sign_ups->erase_subscriber(kOwner, "autumn", office.subscriber(kAna).id);
  CHECK(sign_up(office, "0").outcome == SignUpOutcome::too_many_mails);
  office.clock.advance(kDay);
  CHECK(sign_up(office, "0").outcome == SignUpOutcome::accepted);
}

TEST_CASE("words: an erased subscriber takes all of them along", "[manager]") {
  Office office;
  office.create();
  sign_up(office, "Stranger");
  sign_up(office, "Ana");
  const Subscriber former = office.subscriber(kAna);
  const std::string token = office.token(former, last_variant(office));
  CHECK(office.sign_ups->erase_subscriber(kOwner, "autumn", former.id) == EraseOutcome::erased);
  CHECK(variants(office) == 0);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome ==
        VerifyOutcome::invalid_token);
}

TEST_CASE("words: a token is good for its own sign-up only", "[manager]") {
  Office office;
  office.create();
  sign_up(office, "Stranger");
  sign_up(office, "Ana");
  const Subscriber ana = office.subscriber(kAna);
  testing::add_subscriber(*office.sign_ups, {.campaign = "autumn", .email = "ben@example.org"});
  testing::add_subscriber(
      *office.sign_ups,
      {.campaign = "autumn", .email = "ben@example.org", .data = {{"name", "Ben"}}});
  const std::int64_t bens = last_variant(office);
  CHECK(testing::verify_subscriber(*office.sign_ups, office.token(ana, bens)).outcome ==
        VerifyOutcome::expired);
  CHECK(testing::verify_subscriber(*office.sign_ups, office.token(ana, 99)).outcome ==
        VerifyOutcome::expired);
  CHECK_FALSE(office.subscriber(kAna).verified_at);
}

TEST_CASE("words: a concealing campaign keeps them without saying so", "[manager]") {
  Office office;
  office.create("autumn", conceal);
  CHECK(sign_up(office, "Stranger").outcome == SignUpOutcome::accepted);
  CHECK(sign_up(office, "Ana").outcome == SignUpOutcome::accepted);
  CHECK(sign_up(office, "Ana").outcome == SignUpOutcome::accepted);
  CHECK(office.verification_mails() == 2);
  testing::verify_subscriber(*office.sign_ups,
                             office.token(office.subscriber(kAna), last_variant(office)));
  CHECK(office.subscriber(kAna).data == named("Ana"));
}

TEST_CASE("words: a concealing campaign mails a verified address that it takes part already",
          "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 3});
  office.create("autumn", conceal);
  const auto notices = [&] { return office.jobs(job_kinds::kAlreadyVerified); };
  const Time begin = office.clock.now();
  office.enter(kAna);
  CHECK(notices().empty());
  CHECK(office.outcome(kAna) == SignUpOutcome::accepted);
  REQUIRE(notices().size() == 1);
  CHECK(notices()[0].lane == lanes::kMail);
  CHECK(notices()[0].subscriber_id == office.subscriber(kAna).id);
  CHECK(office.outcome(kAna) == SignUpOutcome::accepted);  // ten minutes
  CHECK(sign_up(office, "Other").outcome == SignUpOutcome::accepted);
  CHECK(notices().size() == 1);
  office.clock.advance(10 * kMinute);
  CHECK(office.outcome(kAna) == SignUpOutcome::accepted);
  CHECK(notices().size() == 2);
  // What is beyond the day's limit waits, once.
  for (int i = 0; i < 3; ++i) {
    office.clock.advance(kHour);
    CHECK(office.outcome(kAna) == SignUpOutcome::accepted);
  }
  REQUIRE(notices().size() == 3);
  CHECK(notices()[2].state == JobState::scheduled);
  CHECK(notices()[2].run_at == begin + kDay);
  CHECK(office.subscriber(kAna).data == "{}");
}

TEST_CASE("words: where the day's mails are used up, a concealing campaign holds them back",
          "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 1});
  office.create("autumn", conceal);
  const Time begin = office.clock.now();
  sign_up(office, "Stranger");
  office.clock.advance(kHour);
  for (int i = 0; i < 3; ++i) CHECK(sign_up(office, "Ana").outcome == SignUpOutcome::accepted);
  const auto jobs = office.jobs(job_kinds::kVerification);
  REQUIRE(jobs.size() == 2);
  CHECK(jobs[1].run_at == begin + kDay);
  // Its link is good for a day from when it goes out.
  const std::string token = office.token(office.subscriber(kAna), jobs[1].argument);
  office.clock.advance(kDay + 22 * kHour);
  CHECK(testing::verify_subscriber(*office.sign_ups, token).outcome == VerifyOutcome::verified);
  CHECK(office.subscriber(kAna).data == named("Ana"));
}

// ---- who is excluded

TEST_CASE("exclusions: who is excluded is told so at once, and nothing is stored", "[manager]") {
  Office office;
  const Duplicates duplicates = GENERATE(Duplicates::reject, Duplicates::conceal);
  office.create("autumn", [&](CampaignSettings& settings) {
    settings.duplicates = duplicates;
    settings.exclusions = {"boss@example.org", "example.com", "a+b@example.net"};
  });
  for (const char* excluded :
       {"boss@example.org", "BOSS@example.org", "boss+1@example.org", "boss+a+b@example.org",
        "anybody@example.com", "a+b@example.net", "a+b+c@example.net"}) {
    CAPTURE(excluded);
    const SignUpResult result = office.sign_up(excluded);
    CHECK(result.outcome == SignUpOutcome::not_eligible);
    CHECK(result.campaign);
  }
  CHECK(office->view("autumn").value().subscribers.pending == 0);
  CHECK(office.verification_mails() == 0);
  for (const char* other : {"bos@example.org", "1+boss@example.org", "boss@sub.example.com",
                            "a@example.net", "a+c@example.net", "+boss@example.org"}) {
    CAPTURE(other);
    CHECK(office.outcome(other) == SignUpOutcome::accepted);
  }
}

TEST_CASE("exclusions: whoever is excluded later is not told that they take part", "[manager]") {
  Office office;
  const CampaignPtr campaign = office.create();
  office.sign_up("pending@example.org");
  const Subscriber verified = office.enter("verified+tag@example.org");
  office.enter("other@example.org");
  CampaignSettings settings = campaign->settings;
  settings.exclusions = {"pending@example.org", "verified@example.org"};
  REQUIRE(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  const std::string token = office.token(office.subscriber("pending@example.org"));
  for (const VerifyIntent intent :
       {VerifyIntent::look, VerifyIntent::open_link, VerifyIntent::confirm}) {
    CHECK(testing::verify_subscriber(*office.sign_ups, token, intent).outcome ==
          VerifyOutcome::not_eligible);
    CHECK(testing::verify_subscriber(*office.sign_ups, office.token(verified), intent).outcome ==
          VerifyOutcome::not_eligible);
  }
  CHECK_FALSE(office.subscriber("pending@example.org").verified_at);
  CHECK(office.outcome("verified+tag@example.org") == SignUpOutcome::not_eligible);
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(campaign->id);
  const auto draw =
      office.storage->read([&](const Stores& stores) { return stores.draws.find(campaign->id); });
  CHECK(draw.value().entrants == 1);
  CHECK(draw.value().excluded == 1);
}
