#include "jobs/refusal_streak.h"

#include "jobs/post_office.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

using Jobs = std::vector<std::int64_t>;

constexpr char kReply[] = "RCPT: 554 5.7.1 Sending suspended";

}  // namespace

TEST_CASE("refusal streak: the same reply at three domains is about us, and so were the first two",
          "[jobs]") {
  RefusalStreak streak;
  CHECK_FALSE(streak.refused(1, "a@one.example", kReply));
  CHECK_FALSE(streak.refused(2, "b@two.example", kReply));
  CHECK(streak.refused(3, "c@three.example", kReply) == Jobs{1, 2});
  CHECK(streak.refused(4, "d@one.example", kReply) == Jobs{});  // and so it stays
  streak.accepted();
  CHECK_FALSE(streak.refused(5, "e@four.example", kReply));
}

TEST_CASE("refusal streak: it takes three domains, whatever their case", "[jobs]") {
  RefusalStreak streak;
  CHECK_FALSE(streak.refused(1, "a@one.example", kReply));
  CHECK_FALSE(streak.refused(2, "b@ONE.example", kReply));
  CHECK_FALSE(streak.refused(3, "c@two.example", kReply));
  CHECK_FALSE(streak.refused(4, "d@one.example", kReply));
  CHECK(streak.refused(5, "e@three.example", kReply) == Jobs{1, 2, 3, 4});
}

TEST_CASE("refusal streak: another reply, or a mail that was taken, begins it anew", "[jobs]") {
  RefusalStreak streak;
  CHECK_FALSE(streak.refused(1, "a@one.example", kReply));
  CHECK_FALSE(streak.refused(2, "b@two.example", kReply));
  SECTION("taken") {
    streak.accepted();
  }
  SECTION("another reply") {
    CHECK_FALSE(streak.refused(3, "c@three.example", "RCPT: 550 5.7.1 Sending suspended"));
  }
  CHECK_FALSE(streak.refused(4, "d@four.example", kReply));
  CHECK_FALSE(streak.refused(5, "e@five.example", kReply));
  CHECK(streak.refused(6, "f@six.example", kReply));
}

TEST_CASE("refusal streak: a recipient's own codes never are about us", "[jobs]") {
  for (const char* reply : {"RCPT: 550 5.1.1 no such user", "RCPT: 550 5.1.10 no such domain",
                            "RCPT: 552 5.2.2 mailbox full", "550 5.2.1 disabled"}) {
    CAPTURE(reply);
    CHECK(is_about_recipient(reply));
    RefusalStreak streak;
    for (int i = 0; i < 9; ++i) {
      CHECK_FALSE(streak.refused(i, "a@domain" + std::to_string(i) + ".example", reply));
    }
  }
  for (const char* reply : {"RCPT: 550 no such user", "550 5.7.1 no", "RCPT: 550 5.0.0 5.1.1 odd",
                            "RCPT: 550 12.1.1 odd", "550", ""}) {
    CAPTURE(reply);
    CHECK_FALSE(is_about_recipient(reply));
  }
}

TEST_CASE("refusal streak: replies are the same that differ in addresses, names and ids only",
          "[jobs]") {
  const std::string folded = folded_reply("RCPT: 554 5.7.1 <address>: Access denied (id 4Xy9)");
  CHECK(folded == folded_reply("554 5.7.1 <address>: access denied (id 7Zz1)"));
  CHECK(folded == "554 5.7.1 # access denied (id #");
  CHECK(folded != folded_reply("RCPT: 554 5.7.2 <address>: Access denied (id 4Xy9)"));
  CHECK(folded != folded_reply("RCPT: 550 5.7.1 <address>: Access denied (id 4Xy9)"));
  CHECK(folded != folded_reply("RCPT: 554 5.7.1 <address>: Relay denied (id 4Xy9)"));
  CHECK(folded_reply("550 rejected by mx1.one.example") ==
        folded_reply("550 rejected by mx.two.example"));
}

TEST_CASE("refusal streak: three mails refused alike come back, and go out once it is mended",
          "[jobs]") {
  SmtpServer server;
  server.on(SmtpStep::rcpt, SmtpAction::reply("556 not today"));
  PostOffice post;
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.security = SmtpSecurity::none;
  options.timeout = 30s;
  post.reset(options);
  Jobs jobs;
  for (const char* address : {"a@one.example", "b@two.example", "c@three.example"}) {
    jobs.push_back(post.sign_up(address));
  }
  post.start();
  REQUIRE(post.log.wait_for("lane=mail STOPPED: refused alike at one domain after the other: "));
  for (const std::int64_t job : jobs) {
    REQUIRE(post.comes_to(job, JobState::ready));
    CHECK(post.job(job).attempt == 0);
  }
  CHECK(server.count(SmtpStep::rcpt) == 3);

  server.on(SmtpStep::rcpt, SmtpAction::usual());
  post.advance(6min);
  for (const std::int64_t job : jobs) REQUIRE(post.is_done(job, 1));
  CHECK(server.messages().size() == 3);
}
