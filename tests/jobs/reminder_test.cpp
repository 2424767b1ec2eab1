// The one mail that reminds somebody to confirm.
#include "jobs/mail_room.h"
#include "promotions/render/local_text.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kHour = std::chrono::hours(1);
constexpr Millis kDay = 24 * kHour;
constexpr Millis kAfter = 40 * kHour;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string token_in(const Message& mail) {
  const std::string link = "https://example.org/verify_subscriber?token=";
  const std::size_t begin = mail.text.find(link) + link.size();
  return mail.text.substr(begin, mail.text.find('\n', begin) - begin);
}

struct ReminderRoom : MailRoom {
  template <typename Change>
  explicit ReminderRoom(Change change) {
    office.create("autumn", [&](CampaignSettings& settings) {
      settings.reminder_after = kAfter;
      change(settings);
    });
  }
  ReminderRoom() : ReminderRoom([](CampaignSettings&) {}) {}

  Job job() { return office.jobs(job_kinds::kReminder).at(0); }
  JobResult remind() { return run(job()); }
  SignUpResult give(const Json& data, const std::string& locale = {}) {
    return testing::add_subscriber(
        *office.sign_ups,
        {.campaign = "autumn", .email = "ana@example.org", .data = data, .locale = locale});
  }
  template <typename Change>
  void change(Change change) {
    const auto result = office.campaigns->update(kOwner, "autumn", [&](CampaignSettings& settings) {
      change(settings);
      return true;
    });
    REQUIRE(result == UpdateOutcome::updated);
  }
  // That nothing was sent, and why.
  std::string cancelled() {
    const JobResult result = remind();
    CHECK(result.kind == JobResult::Kind::cancel);
    CHECK(transport.sent.empty());
    return result.reason;
  }
};

}  // namespace

TEST_CASE("reminder: goes out once, with a link of its own time", "[jobs]") {
  ReminderRoom room([](CampaignSettings& settings) { settings.token_ttl = 3 * kHour; });
  room.office.sign_up("ana@example.org");
  room.office.sign_up("ana@example.org");
  REQUIRE(room.office.jobs(job_kinds::kReminder).size() == 1);
  CHECK(room.job().run_at == room.office.clock.now() + kAfter);
  CHECK(room.job().state == JobState::scheduled);
  room.office.clock.advance(kAfter);  // the first link has expired long ago
  CHECK(room.remind().kind == JobResult::Kind::done);
  REQUIRE(room.transport.sent.size() == 1);
  const Message& mail = room.transport.sent[0];
  CHECK(mail.to == "ana@example.org");
  CHECK(has(mail.subject, "Te falta confirmar tu participación"));
  CHECK(has(mail.html, "/verify_subscriber?token="));
  room.office.clock.advance(3 * kHour - Millis{1});
  CHECK(testing::verify_subscriber(*room.office.sign_ups, token_in(mail)).outcome ==
        VerifyOutcome::verified);
}

TEST_CASE("reminder: there is none without the option, nor for a campaign's former sign-ups",
          "[jobs]") {
  MailRoom room;
  room.office.create();
  room.office.sign_up("ana@example.org");
  CHECK(room.office.jobs(job_kinds::kReminder).empty());
}

TEST_CASE("reminder: a mail that is tried again has the same link, and counts once", "[jobs]") {
  ReminderRoom room;
  room.office.sign_up("ana@example.org");
  room.office.clock.advance(kAfter);
  room.remind();
  const auto used = [&] {
    return room.office.storage->write([&](Stores& stores) {
      const Time now = room.office.clock.now();
      return stores.subscribers.mails_since("ana@example.org", now - kDay, now).used;
    });
  };
  CHECK(used() == 1);
  room.office.clock.advance(kHour);
  room.remind();
  CHECK(used() == 1);
  CHECK(token_in(room.transport.sent.at(0)) == token_in(room.transport.sent.at(1)));
  // After its link has expired it is of no use.
  room.office.clock.advance(room.office.campaigns->find("autumn")->settings.token_ttl);
  CHECK(room.remind().kind == JobResult::Kind::fail);
}

TEST_CASE("reminder: nobody is reminded who has confirmed, or cannot any more", "[jobs]") {
  ReminderRoom room;
  const Subscriber ana = [&] {
    room.office.sign_up("ana@example.org");
    return room.office.subscriber("ana@example.org");
  }();
  SECTION("verified") {
    testing::verify_subscriber(*room.office.sign_ups, room.office.token(ana));
    CHECK(room.cancelled() == "verified meanwhile");
  }
  SECTION("erased") {
    room.office.sign_ups->erase_subscriber(kOwner, "autumn", ana.id);
    CHECK(room.cancelled() == "the subscriber was erased");
  }
  SECTION("closed") {
    room.change(
        [&](CampaignSettings& settings) { settings.closes_at = room.office.clock.now() + kHour; });
    room.office.clock.advance(kAfter);
    CHECK(room.cancelled() == "the campaign takes no entries now");
  }
  SECTION("finished") {
    room.office.enter("ben@example.org");
    room.office.draws->finish_campaign(kOwner, "autumn", Millis{0});
    CHECK(room.cancelled() == "the campaign takes no entries now");
  }
  SECTION("excluded") {
    room.office.exclude({"example.org"});
    CHECK(room.cancelled() == "the campaign excludes the address");
  }
  SECTION("disqualified") {
    room.office.draws->disqualify_subscriber(kOwner, "autumn", ana.id, "two entries");
    CHECK(room.cancelled() == "the subscriber was disqualified");
  }
  SECTION("deleted") {
    room.office.campaigns->remove(kOwner, "autumn");
    CHECK(room.cancelled() == "the subscriber was erased");
  }
}

TEST_CASE("reminder: waits while the address has had its mails for the day", "[jobs]") {
  ReminderRoom room;
  room.office.sign_up("ana@example.org");
  room.office.clock.advance(kAfter - kHour);
  room.office.storage->write([&](Stores& stores) {
    const Time now = room.office.clock.now();
    for (int i = 0; i < room.office.options.mails_per_address_per_day; ++i) {
      stores.subscribers.count_mail(1, now, now - kDay);
    }
  });
  room.office.clock.advance(kHour);
  const JobResult later = room.remind();
  CHECK(later.kind == JobResult::Kind::retry);
  CHECK(later.retry_after == kDay - kHour);
  CHECK(room.transport.sent.empty());
  room.office.clock.advance(kDay - kHour);
  CHECK(room.remind().kind == JobResult::Kind::done);
}

TEST_CASE("reminder: shows the newest words whose link still works, in their language", "[jobs]") {
  ReminderRoom room(
      [](CampaignSettings& settings) { settings.closes_at = ManualClock::kStart + 1000 * kDay; });
  room.give({{"name", "A stranger"}}, "es");
  const auto remind = [&] {
    REQUIRE(room.remind().kind == JobResult::Kind::done);
    return room.transport.sent.back();
  };
  SECTION("those of another sign-up") {
    room.office.clock.advance(kAfter - kHour);
    room.give({{"name", "Ana <b>"}}, "en");
    room.office.clock.advance(kHour);
    const Message mail = remind();
    CHECK(has(mail.subject, "You have not confirmed"));
    CHECK(has(mail.text, "- name: Ana <b>\n"));
    CHECK(has(mail.html, "Ana &lt;b&gt;"));
    CHECK(has(mail.text, "Sign-up ends on " + to_local_text(ManualClock::kStart + 1000 * kDay,
                                                            "UTC", Locale::of("en"))));
    // Like any mail, it keeps the words for another day.
    room.office.clock.advance(kDay - Millis{1});
    CHECK(testing::verify_subscriber(*room.office.sign_ups, token_in(mail)).outcome ==
          VerifyOutcome::verified);
    CHECK(room.office.subscriber("ana@example.org").data == R"({"name":"Ana <b>"})");
  }
  SECTION("the first ones, when the others have gone") {
    room.office.clock.advance(kHour);
    room.give({{"name", "Ana"}}, "en");
    room.office.clock.advance(kAfter);
    CHECK(has(remind().text, "- name: A stranger\n"));
  }
}

TEST_CASE("reminder: a template of the organiser's gets the link if it forgot it", "[jobs]") {
  ReminderRoom room([](CampaignSettings& settings) {
    settings.templates["reminder"].text = "Hurry!";
    settings.templates["reminder"].html = "<p>Hurry!</p>";
  });
  room.office.sign_up("ana@example.org");
  room.remind();
  CHECK(has(room.transport.sent.at(0).text, "/verify_subscriber?token="));
  CHECK(has(room.transport.sent.at(0).html, "/verify_subscriber?token="));
}
