// Sign-ups that memory answers. The database shows it by being closed to writes meanwhile.
#include <chrono>
#include <latch>
#include <thread>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

// Keeps the writer from doing anything, so that only memory can answer.
class WriterHeld {
 public:
  explicit WriterHeld(Storage& storage) {
    storage.write_later(
        WriteSource::others, 0,
        [this](Stores&) {
          begun_.count_down();
          go_.wait();
          return true;
        },
        [this](const Completion<bool>&) { done_.count_down(); });
    begun_.wait();
  }
  ~WriterHeld() {
    go_.count_down();
    done_.wait();
  }
  WriterHeld(const WriterHeld&) = delete;
  WriterHeld& operator=(const WriterHeld&) = delete;

 private:
  std::latch begun_{1};
  std::latch go_{1};
  std::latch done_{1};
};

SignUpOutcome answer_of_memory(Office& office, const std::string& email,
                               const std::string& slug = "autumn") {
  const WriterHeld held(*office.storage);
  return office.outcome(email, slug);
}

// Whether the sign-up is handed to the writer, who is held: memory did not answer.
bool asks_the_database(Office& office, const std::string& email, const std::string& data = "{}") {
  std::latch done{1};
  bool is_done = false;
  {
    const WriterHeld held(*office.storage);
    const SignUp sign_up{
        .campaign = "autumn", .email = email, .data = Json::parse(data), .locale = {}};
    office.sign_ups->add_subscriber(sign_up, [&](const Completion<SignUpResult>&) {
      is_done = true;
      done.count_down();
    });
    if (is_done) return false;
  }
  done.wait();
  return true;
}

}  // namespace

TEST_CASE("known sign-up: an unknown, a closed and a known one are answered without the database",
          "[manager]") {
  Office office;
  office.create();
  office.create("over",
                [&](CampaignSettings& settings) { settings.closes_at = office.clock.now(); });
  REQUIRE(office.outcome("ana@example.org") == SignUpOutcome::accepted);
  CHECK(answer_of_memory(office, "ana@example.org", "none") == SignUpOutcome::no_such_campaign);
  CHECK(answer_of_memory(office, "ana@example.org", "over") == SignUpOutcome::over);
  CHECK(answer_of_memory(office, "ANA@example.org") == SignUpOutcome::already_registered);
}

TEST_CASE("known sign-up: once the mail may be sent again the database is asked", "[manager]") {
  Office office;
  office.create();
  office.outcome("ana@example.org");
  office.clock.advance(office.options.resend_after - Millis{1000});
  CHECK(answer_of_memory(office, "ana@example.org") == SignUpOutcome::already_registered);
  office.clock.advance(Millis{1000});
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::already_registered);
  CHECK(office.verification_mails() == 2);
  CHECK(answer_of_memory(office, "ana@example.org") == SignUpOutcome::already_registered);
}

TEST_CASE("known sign-up: who has verified is known for ever", "[manager]") {
  Office office;
  office.create();
  office.enter("ana@example.org");
  office.clock.advance(std::chrono::hours(1000));
  CHECK(answer_of_memory(office, "ana@example.org") == SignUpOutcome::already_registered);
}

TEST_CASE("known sign-up: memory says what of the mail, as the database would", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 2});
  office.create();
  office.create("other");
  office.clock.advance(Millis{250});  // memory keeps whole seconds
  const auto asked = [&](const std::string& data = "{}") {
    const WriterHeld held(*office.storage);
    return testing::add_subscriber(
        *office.sign_ups,
        {.campaign = "autumn", .email = "ana@example.org", .data = Json::parse(data)});
  };
  office.outcome("ana@example.org");
  const Time mailed_at = office.clock.now();
  office.clock.advance(Millis{60'000});
  const SignUpResult waiting = asked();
  CHECK(waiting.mail == RepeatMail::waiting);
  CHECK(waiting.retry_after >= office.options.resend_after - Millis{60'000});
  CHECK(waiting.retry_after <= office.options.resend_after - Millis{59'000});
  CHECK(mailed_at - waiting.mailed_at < Millis{1'000});
  // The day's last mail, whatever it is about: from then on there is no "in ten minutes".
  office.outcome("ana@example.org", "other");
  CHECK(asked().mail == RepeatMail::limited);
  testing::verify_subscriber(*office.sign_ups, office.token(office.subscriber("ana@example.org")));
  CHECK(asked().mail == RepeatMail::none);
  CHECK(asked(R"({"name":"Ana"})").mail == RepeatMail::none);
}

TEST_CASE("known sign-up: something else said of a pending address is for the database",
          "[manager]") {
  Office office;
  office.create();
  office.outcome("ana@example.org");
  CHECK_FALSE(asks_the_database(office, "ana@example.org"));
  CHECK(asks_the_database(office, "ana@example.org", R"({"name":"Ana"})"));
  CHECK_FALSE(asks_the_database(office, "ana@example.org", R"({"name":"Ana"})"));
}

TEST_CASE("known sign-up: who verified while the campaign concealed is known when it does not",
          "[manager]") {
  Office office;
  office.create();
  office.outcome("ana@example.org");
  CampaignSettings settings = office->find("autumn")->settings;
  settings.duplicates = Duplicates::conceal;
  REQUIRE(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  testing::verify_subscriber(*office.sign_ups, office.token(office.subscriber("ana@example.org")));
  settings.duplicates = Duplicates::reject;
  REQUIRE(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  CHECK(office.sign_up("ana@example.org").mail == RepeatMail::none);
}

TEST_CASE("known sign-up: who was erased can sign up again", "[manager]") {
  Office office;
  office.create();
  const Subscriber ana = office.enter("ana@example.org");
  REQUIRE(office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id) == EraseOutcome::erased);
  CHECK(asks_the_database(office, "ana@example.org"));
  CHECK(office.subscriber("ana@example.org").id != ana.id);
}

TEST_CASE("known sign-up: a campaign that conceals asks the database for each", "[manager]") {
  Office office;
  office.create("autumn",
                [](CampaignSettings& settings) { settings.duplicates = Duplicates::conceal; });
  office.outcome("ana@example.org");
  CHECK(asks_the_database(office, "ana@example.org"));
  CampaignSettings settings = office->find("autumn")->settings;
  settings.duplicates = Duplicates::reject;
  REQUIRE(office->update(kOwner, "autumn", to(settings)) == UpdateOutcome::updated);
  CHECK(asks_the_database(office, "ana@example.org"));
  CHECK(answer_of_memory(office, "ana@example.org") == SignUpOutcome::already_registered);
}

TEST_CASE("known sign-up: after a restart the database answers once, then memory", "[manager]") {
  Office office;
  office.create();
  office.outcome("ana@example.org");
  office.reopen();
  CHECK(asks_the_database(office, "ana@example.org"));
  CHECK(answer_of_memory(office, "ana@example.org") == SignUpOutcome::already_registered);
}

TEST_CASE("known sign-up: a successor of a removed campaign starts anew", "[manager]") {
  Office office;
  office.create();
  office.outcome("ana@example.org");
  REQUIRE(office->remove(kOwner, "autumn"));
  office.create();
  CHECK(office.outcome("ana@example.org") == SignUpOutcome::accepted);
}
