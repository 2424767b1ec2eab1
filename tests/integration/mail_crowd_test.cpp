// Commands that ask a mail server which has no room for them, because the running server is there.
#include "integration/running_server.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;

namespace {

std::vector<std::string> settings_for(const SmtpServer& smtp, int connections) {
  return {"mail.transport=smtp",
          "mail.smtp.host=127.0.0.1",
          "mail.smtp.port=" + std::to_string(smtp.port()),
          "mail.smtp.security=none",
          "mail.smtp.connections=" + std::to_string(connections),
          "server.public_url=http://raffles.example.org",
          "mail.from=Raffles <raffles@example.org>"};
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

void send_mails(RunningServer& server, const SmtpServer& smtp, int count) {
  server.create_campaign("navidad");
  for (int i = 0; i < count; ++i) {
    REQUIRE(server.sign_up("navidad", "p" + std::to_string(i) + "@example.org").status == 202);
  }
  REQUIRE(smtp.wait_for_messages(static_cast<std::size_t>(count), kSoon));
  for (int i = 1; i <= count; ++i) {
    REQUIRE(
        server.wait_for_output("job=" + std::to_string(i) + " kind=verification attempt=1 done"));
  }
}

}  // namespace

TEST_CASE("check and mail test know sessions that the running server holds", "[integration]") {
  SmtpServer smtp;
  RunningServer server(settings_for(smtp, 1));
  send_mails(server, smtp, 1);
  smtp.limit_sessions(1);
  const std::string ours =
      "the mail server takes 1 session at once, and the running server holds it; mail is flowing";
  ProgramResult result = server.command({"check"});
  CAPTURE(result.output);
  CHECK(result.status == 0);
  CHECK(holds(result.output, "mail: ok, smtp://127.0.0.1:"));
  CHECK(holds(result.output, ours + ": greeting: 421 4.7.0 "));
  result = server.command({"mail", "test", "eva@example.org"});
  CHECK(result.status == 0);
  CHECK(holds(result.output, "meaning: " + ours + "; this message was not sent\n"));
  CHECK(smtp.messages().size() == 1);

  // Of another mail server the same words say nothing of the kind.
  SmtpServer other;
  other.limit_sessions(0);
  result = server.command({"--set", "mail.smtp.port=" + std::to_string(other.port()), "check"});
  CHECK(result.status == 1);
  CHECK(holds(result.output, "mail: FAILED, "));

  // And none if it has closed that session, and takes nobody.
  smtp.drop_clients();
  smtp.limit_sessions(0);
  result = server.command({"check"});
  CHECK(result.status == 1);
  CHECK(holds(result.output, "mail: FAILED, "));
  CHECK(server.command({"mail", "test", "eva@example.org"}).status == 1);
}

TEST_CASE("check knows how many sessions the running server has learnt to use", "[integration]") {
  SmtpServer smtp;
  smtp.limit_sessions(1);
  RunningServer server(settings_for(smtp, 4));
  send_mails(server, smtp, 20);
  for (int i = 0; i < 1000; ++i) {
    if (server.admin("GET", "/api/v1/queue").body.at("mail").at("open_sessions") == 1) break;
  }
  const ProgramResult result = server.command({"check"});
  CAPTURE(result.output);
  CHECK(result.status == 0);
  CHECK(holds(result.output, "the mail server takes 1 session at once, and"));
}

TEST_CASE("check and mail test wait a moment for room", "[integration]") {
  SmtpServer smtp;
  const RunningServer server(settings_for(smtp, 1));
  const std::string command = GENERATE("check", "mail");
  smtp.on(SmtpStep::greeting, SmtpAction::reply("421 4.3.2 too many connections"), 1);
  const ProgramResult result = command == "check"
                                   ? server.command({"check"})
                                   : server.command({"mail", "test", "eva@example.org"});
  CAPTURE(result.output);
  CHECK(result.status == 0);
}
