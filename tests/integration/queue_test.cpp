// What operators see of mails that do not go out, and what organisers are told of prizes, through
// the real binary and a mail server.
#include <algorithm>

#include "integration/running_server.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;

namespace {

std::vector<std::string> settings_for(const SmtpServer& smtp) {
  return {"mail.transport=smtp", "mail.smtp.host=127.0.0.1",
          "mail.smtp.port=" + std::to_string(smtp.port()), "mail.smtp.security=none",
          "mail.from=Raffles <raffles@example.org>"};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::vector<std::string> mails_to(const SmtpServer& smtp, const std::string& address) {
  std::vector<std::string> mails;
  for (const ReceivedMail& mail : smtp.messages()) {
    if (mail.recipients.front() == address) mails.push_back(mail.data);
  }
  return mails;
}

Json lane(const Json& queue, const std::string& name) {
  for (const Json& one : queue.at("lanes")) {
    if (one.at("name") == name) return one;
  }
  return nullptr;
}

// Signs up and opens the link.
void enter(const RunningServer& server, const SmtpServer& smtp, const std::string& email) {
  REQUIRE(server.sign_up("navidad", email).status == 202);
  const std::size_t before = smtp.messages().size();
  REQUIRE(smtp.wait_for_messages(std::max<std::size_t>(before, 1), kSoon));
  for (int i = 0; i < 1000 && mails_to(smtp, email).empty(); ++i) {
    smtp.wait_for_messages(before + 1, std::chrono::milliseconds(30));
  }
  REQUIRE_FALSE(mails_to(smtp, email).empty());
  REQUIRE(server.get(link_in(mails_to(smtp, email).front())).status == 200);
}

}  // namespace

TEST_CASE("a lane that stops says why wherever somebody looks, and goes on when it is told to",
          "[integration]") {
  SmtpServer smtp;
  smtp.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 wrong password"));
  auto settings = settings_for(smtp);
  settings.insert(settings.end(), {"mail.smtp.username=mailer", "mail.smtp.password=x"});
  RunningServer server(settings);
  server.create_campaign("navidad");
  REQUIRE(server.sign_up("navidad", "ana@example.org").status == 202);
  REQUIRE(server.wait_for_output("lane=mail STOPPED: "));
  Json queue;
  for (int i = 0; i < 1000 && (queue.is_null() || lane(queue, "mail").at("state") != "stopped");
       ++i) {
    queue = server.admin("GET", "/api/v1/queue").body;
  }
  const Json stopped = lane(queue, "mail");
  CHECK(stopped.at("state") == "stopped");
  CHECK(holds(stopped.at("reason").get<std::string>(), "535 5.7.8 wrong password"));
  CHECK(stopped.at("since").is_string());
  CHECK(stopped.at("until").is_string());
  CHECK(stopped.at("sessions") == 4);
  CHECK(lane(queue, "work").at("state") == "working");
  CHECK(lane(queue, "work").at("reason").is_null());
  CHECK(holds(server.command({"queue", "show"}).output, "535 5.7.8 wrong password"));
  CHECK(holds(server.command({"jobs", "list"}).output, "lane mail is stopped since "));
  const ProgramResult check = server.command({"check"});
  CHECK(check.status == 1);
  CHECK(holds(check.output, "queue: FAILED, lane mail is stopped since "));
  server.admin("POST", "/api/v1/queue/pause");
  CHECK(lane(server.admin("GET", "/api/v1/queue").body, "mail").at("state") == "paused");

  smtp.on(SmtpStep::auth, SmtpAction::usual());
  server.admin("POST", "/api/v1/queue/resume");
  REQUIRE(smtp.wait_for_messages(1, kSoon));  // long before its time
  REQUIRE(server.wait_for_output("kind=verification attempt=1 done"));
  for (int i = 0; i < 1000 && lane(queue, "mail").at("state") != "working"; ++i) {
    queue = server.admin("GET", "/api/v1/queue").body;
  }
  CHECK(lane(queue, "mail").at("state") == "working");
  CHECK_FALSE(holds(server.command({"check"}).output, "stopped"));
}

TEST_CASE("a pause and its end are told as they are", "[integration]") {
  SmtpServer smtp;
  smtp.on(SmtpStep::mail, SmtpAction::reply("550 5.7.60 not as this sender"));
  auto settings = settings_for(smtp);
  settings.push_back("server.public_url=http://raffles.example.org");
  RunningServer server(settings);
  server.create_campaign("navidad");
  CHECK_FALSE(holds(server.command({"check"}).output, "paused"));
  const ProgramResult paused = server.command({"queue", "pause"});
  CHECK(holds(paused.output, "paused"));
  CHECK(holds(server.command({"check"}).output,
              "queue: ok, WARNING: the queue is paused, so no mail goes out; "));
  server.admin("POST", "/api/v1/queue/resume");
  CHECK_FALSE(holds(server.command({"check"}).output, "paused"));

  REQUIRE(server.sign_up("navidad", "ana@example.org").status == 202);
  REQUIRE(server.wait_for_output("lane=mail STOPPED: "));
  Json queue;
  for (int i = 0; i < 1000 && (queue.is_null() || lane(queue, "mail").at("state") != "stopped");
       ++i) {
    queue = server.admin("GET", "/api/v1/queue").body;
  }
  smtp.on(SmtpStep::mail, SmtpAction::usual().after(std::chrono::milliseconds(500)));
  const ProgramResult resumed = server.command({"queue", "resume"});
  CHECK_FALSE(holds(resumed.output, "stopped"));
  CHECK_FALSE(holds(resumed.output, "550 5.7.60"));
  REQUIRE(smtp.wait_for_messages(1, kSoon));

  // Where no server runs, the command itself says how it is.
  server.stop();
  CHECK(holds(server.command({"queue", "pause"}).output, "true"));
  const std::string output = server.command({"queue", "resume"}).output;
  CHECK_FALSE(holds(output, "true"));
  CHECK_FALSE(holds(output, "stopped"));
}

TEST_CASE("a mail that is refused by some policy, while others are not, ends in time",
          "[integration]") {
  SmtpServer smtp;
  auto settings = settings_for(smtp);
  settings.insert(settings.end(), {"queue.backoff_min=20ms", "queue.backoff_max=40ms"});
  RunningServer server(settings);
  server.create_campaign("navidad", {{"locale", "en"}});
  enter(server, smtp, "ana@example.org");
  REQUIRE(server.wait_for_output("kind=receipt attempt=1 done"));
  smtp.on_recipient("ana@example.org",
                    SmtpAction::reply("550 5.7.1 Message rejected as spam by content filter"));
  REQUIRE(server.admin("POST", "/finish_campaign?campaign=navidad").status == 200);
  server.create_campaign("verano");
  int people = 0;
  const auto is_told = [&] {
    return holds(server.output(), "kind=winner_unreachable attempt=1 done");
  };
  const auto deadline = std::chrono::steady_clock::now() + kSoon;
  while (!is_told() && std::chrono::steady_clock::now() < deadline) {
    const std::size_t before = smtp.messages().size();
    REQUIRE(server.sign_up("verano", "p" + std::to_string(++people) + "@example.org").status ==
            202);
    REQUIRE(smtp.wait_for_messages(before + 1, kSoon));
  }
  REQUIRE(is_told());
  const Json winner =
      server.admin("GET", "/finish_campaign?campaign=navidad").body.at("winners")[0];
  CHECK(winner.at("state") == "unreachable");
  CHECK(holds(mails_to(smtp, "boss@example.org").back(), "550 5.7.1 Message rejected as spam"));
  const Json dead = server.admin("GET", "/api/v1/jobs?state=dead").body.at("items");
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].at("attempt") == 6);
}

TEST_CASE("dead jobs are named, and brought back together", "[integration]") {
  SmtpServer smtp;
  smtp.on(SmtpStep::rcpt, SmtpAction::reply("550 5.1.1 no such user"));
  RunningServer server(settings_for(smtp));
  server.create_campaign("navidad");
  for (const char* email : {"a@example.org", "b@example.org", "c@example.org"}) {
    REQUIRE(server.sign_up("navidad", email).status == 202);
  }
  for (const char* job : {"job=1", "job=2", "job=3"}) {
    REQUIRE(server.wait_for_output(std::string(job) + " kind=verification attempt=1 fail"));
  }
  CHECK(holds(server.command({"check"}).output, "3 dead mails of kind verification"));
  const auto retry = [&](const Json& body) {
    return server.admin("POST", "/api/v1/jobs/retry", body);
  };
  CHECK(retry({{"kind", "winner"}}).body == Json{{"retried", 0}});
  CHECK(retry({{"error", "quota"}}).body == Json{{"retried", 0}});
  CHECK(retry({{"sort", "x"}}).code() == "invalid_field");
  CHECK(retry({{"kind", 7}}).code() == "invalid_field");
  const Reply bogus = retry({{"kind", "bogus"}});
  CHECK(bogus.status == 422);
  CHECK(bogus.code() == "invalid_field");
  CHECK(bogus.body.at("errors")[0].at("field") == "kind");
  CHECK(holds(bogus.text, "verification, already_verified, reminder, winner"));
  const auto retry_by_query = [&](const std::string& query) {
    return server.admin("POST", "/api/v1/jobs/retry?" + query);
  };
  CHECK(retry_by_query("kind=bogus").code() == "invalid_field");
  CHECK(retry_by_query("kind=winner").body == Json{{"retried", 0}});
  CHECK(retry_by_query("error=quota").body == Json{{"retried", 0}});
  CHECK(server.admin("POST", "/api/v1/jobs/retry?kind=winner", {{"kind", "receipt"}}).code() ==
        "invalid_field");
  CHECK(server.admin("POST", "/api/v1/jobs/retry?kind=winner", {{"error", "no"}}).body ==
        Json{{"retried", 0}});
  CHECK(server.post("/api/v1/jobs/retry", Json::object()).status == 401);
  CHECK(holds(server.command({"jobs", "retry", "--all", "--kind", "winner"}).output,
              "no dead job matches; nothing was changed"));
  const ProgramResult slip = server.command({"jobs", "retry", "--all", "--kind", "verificaton"});
  CHECK(slip.status == 2);
  CHECK(holds(slip.output,
              "there is no kind of job \"verificaton\"; did you mean verification? "
              "The kinds are verification, "));
  CHECK(server.command({"jobs", "retry", "--all", "--kind", "something"}).status == 2);
  CHECK(server.command({"jobs", "retry"}).status == 2);
  CHECK(server.command({"jobs", "retry", "1", "--all"}).status == 2);
  CHECK(server.command({"jobs", "retry", "1", "--kind", "winner"}).status == 2);

  smtp.on(SmtpStep::rcpt, SmtpAction::usual());
  const ProgramResult retried =
      server.command({"jobs", "retry", "--all", "--error", "NO SUCH", "--kind", "verification"});
  CHECK(retried.status == 0);
  CHECK(holds(retried.output, "3 dead jobs are ready again"));
  REQUIRE(smtp.wait_for_messages(3, kSoon));
  CHECK(holds(server.command({"jobs", "retry", "--all"}).output, "no job is dead"));
}

TEST_CASE("a winner whose mailbox refuses is told to the organiser, and reached by a retry",
          "[integration]") {
  SmtpServer smtp;
  RunningServer server(settings_for(smtp));
  server.create_campaign("navidad", {{"claim_within", "7d"}, {"locale", "en"}});
  enter(server, smtp, "ana@example.org");
  REQUIRE(server.wait_for_output("kind=receipt attempt=1 done"));
  smtp.on_recipient("ana@example.org", SmtpAction::reply("550 5.1.1 no such user"));
  const Reply finished = server.admin("POST", "/finish_campaign?campaign=navidad");
  REQUIRE(finished.status == 200);
  REQUIRE(server.wait_for_output("kind=winner_unreachable attempt=1 done"));
  const auto winner = [&] {
    return server.admin("GET", "/finish_campaign?campaign=navidad").body.at("winners")[0];
  };
  CHECK(winner().at("state") == "unreachable");
  const auto told = mails_to(smtp, "boss@example.org");
  REQUIRE(told.size() == 2);  // the result, and this
  CHECK(holds(told[1], "A winner could not be told"));
  CHECK(holds(told[1], "ana@example.org"));
  CHECK(holds(told[1], "550 5.1.1 no such user"));
  CHECK(holds(server.command({"campaign", "finish", "navidad"}).output, "unreachable"));

  smtp.on_recipient("ana@example.org", SmtpAction::usual());
  const Json dead = server.admin("GET", "/api/v1/jobs?state=dead").body.at("items");
  REQUIRE(dead.size() == 1);
  const std::string id = dead[0].at("id").dump();
  CHECK(holds(told[1], "promotions jobs retry " + id));
  REQUIRE(server.command({"jobs", "retry", id}).status == 0);
  REQUIRE(server.wait_for_output("kind=winner attempt=1 done"));
  CHECK(winner().at("state") == "notified");
  const std::string mail = mails_to(smtp, "ana@example.org").back();
  CHECK(holds(mail, "/claim?token="));
  CHECK(mails_to(smtp, "boss@example.org").size() == 2);
}
