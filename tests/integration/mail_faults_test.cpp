// What an operator sees of a mail server's faults, through the real binary.
#include "integration/running_server.h"
#include "support/catch.h"
#include "support/certificate.h"
#include "support/smtp_server.h"

using namespace promotions;

namespace {

std::vector<std::string> settings_for(int port, const std::string& security) {
  return {"mail.transport=smtp",
          "mail.smtp.host=127.0.0.1",
          "mail.smtp.port=" + std::to_string(port),
          "mail.smtp.security=" + security,
          "mail.smtp.username=mailer",
          "mail.smtp.password=open secret",
          "mail.smtp.timeout=2s",
          "server.public_url=http://raffles.example.org",
          "mail.from=Raffles <raffles@example.org>"};
}

int port_of_nobody() {
  const SmtpServer server;
  return server.port();
}

// One line that says what is wrong, and nothing that is nobody's business.
void check_message(const ProgramResult& result, const std::string& expected) {
  CAPTURE(result.output);
  CHECK(result.status == 1);
  CHECK(result.output.find(expected) != std::string::npos);
  CHECK(result.output.find("open secret") == std::string::npos);
  CHECK(result.output.find("eva@example.org") == std::string::npos);
}

}  // namespace

TEST_CASE("mail test and check name a mail server's fault and exit with 1", "[integration]") {
  struct Case {
    SmtpStep step;
    SmtpAction action;
    const char* test;   // what `mail test` says
    const char* check;  // what `check` says; empty: all is well as far as it goes
  };
  SmtpServer smtp;
  const RunningServer server(settings_for(smtp.port(), "none"));
  for (const Case& c : {
           Case{SmtpStep::greeting, SmtpAction::reply("421 4.3.2 closing"),
                ": crowded (greeting: 421 4.3.2 closing)\n", "mail: FAILED, smtp://127.0.0.1:"},
           Case{SmtpStep::auth, SmtpAction::reply("535 5.7.8 wrong password"),
                ": auth_refused (AUTH: 535 5.7.8 wrong password)\n",
                ": AUTH: 535 5.7.8 wrong password\n"},
           Case{SmtpStep::rcpt, SmtpAction::reply("550 5.1.1 <eva@example.org> unknown"),
                ": permanent (RCPT: 550 5.1.1 <address> unknown)\n", ""},
           Case{SmtpStep::content, SmtpAction::drop(),
                ": in_doubt (no answer after the content was sent: ", ""},
           Case{SmtpStep::ehlo, SmtpAction::silence(), ": lane_trouble (EHLO: ", ": EHLO: "},
           Case{SmtpStep::ehlo, SmtpAction::repeat("2", std::chrono::milliseconds(20)),
                ": lane_trouble (EHLO: ", ": EHLO: "},
       }) {
    CAPTURE(static_cast<int>(c.step), c.test);
    smtp.on(c.step, c.action);
    check_message(server.command({"mail", "test", "eva@example.org"}), c.test);
    const ProgramResult checked = server.command({"check"});
    if (*c.check != '\0') {
      check_message(checked, c.check);
    } else {
      CHECK(checked.status == 0);
    }
    smtp.on(c.step, SmtpAction::usual());
  }
  CHECK(server.command({"check"}).status == 0);
  const std::string nobody = "mail.smtp.port=" + std::to_string(port_of_nobody());
  check_message(server.command({"--set", nobody, "mail", "test", "eva@example.org"}),
                ": lane_trouble (connect: ");
  check_message(server.command({"--set", nobody, "check"}), ": connect: ");
}

TEST_CASE("a refusal of the sender is seen by check, and mail test says what it means",
          "[integration]") {
  SmtpServer smtp;
  smtp.on(SmtpStep::mail,
          SmtpAction::reply("553-5.7.1 <raffles@example.org>: Sender address rejected:\r\n"
                            "553 5.7.1 not owned by user mailer"));
  const RunningServer server(settings_for(smtp.port(), "none"));
  const std::string reply =
      "MAIL: 553 5.7.1 <address>: Sender address rejected: not owned by user mailer";
  const std::string meaning = "the server refuses mail from this sender; set mail.from ";
  const ProgramResult checked = server.command({"check"});
  check_message(checked, "mail: FAILED, smtp://127.0.0.1:");
  check_message(checked, "(none): " + meaning);
  check_message(checked, ": " + reply + "\n");
  CHECK(smtp.lines().front() == "EHLO example.org");
  const ProgramResult tested = server.command({"mail", "test", "eva@example.org"});
  check_message(tested, ": refused_us (" + reply + ")\nrule: refusal of us\nmeaning: " + meaning);
  const Json json =
      Json::parse(server.command({"--json", "mail", "test", "eva@example.org"}).output);
  CHECK(json.at("outcome") == "refused_us");
  CHECK(json.at("status") == "5.7.1");
}

TEST_CASE("mail that says localhost is an error of check and a warning of serve", "[integration]") {
  const SmtpServer smtp;
  auto settings = settings_for(smtp.port(), "none");
  settings.insert(settings.end(), {"server.public_url=http://localhost:8080",
                                   "mail.from=Raffles <raffles@localhost>"});
  RunningServer server(settings);
  CHECK(server.wait_for_output("--set: mail.from is at localhost"));
  CHECK(server.wait_for_output("--set: server.public_url is \"http://localhost:8080\""));
  const ProgramResult checked = server.command({"check"});
  check_message(checked, "configuration: FAILED, --set: mail.from is at localhost");
  check_message(checked, "configuration: FAILED, --set: server.public_url is ");
  CHECK(checked.output.find("mail: ok, ") != std::string::npos);
}

TEST_CASE("mail test and check accept no server that cannot show who it is", "[integration]") {
  const Certificate ours;
  const Certificate expired(Certificate::Flaw::expired);
  const Certificate other_name(Certificate::Flaw::other_name);
  struct Case {
    SmtpTls tls;
    const Certificate& shown;
    const Certificate& trusted;
    const char* message;
  };
  for (const Case& c : {
           Case{SmtpTls::none, ours, ours, "no encrypted connection: "},
           Case{SmtpTls::starttls, ours, expired, "no encrypted connection: "},
           Case{SmtpTls::starttls, expired, expired, "certificate has expired"},
           Case{SmtpTls::starttls, other_name, other_name, "127.0.0.1"},
       }) {
    CAPTURE(c.message);
    SmtpServer smtp(c.tls, c.shown);
    const RunningServer server(settings_for(smtp.port(), "starttls"),
                               {"SSL_CERT_FILE=" + c.trusted.file()});
    check_message(server.command({"mail", "test", "eva@example.org"}), c.message);
    check_message(server.command({"check"}), c.message);
    for (const std::string& line : smtp.plain_lines()) {
      CAPTURE(line);
      CHECK((line.starts_with("EHLO ") || line == "STARTTLS" || line == "QUIT"));
    }
  }
}

TEST_CASE("a refused password stops the mail, not the service, and mending it sends what waited",
          "[integration]") {
  SmtpServer smtp;
  smtp.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 wrong password"));
  RunningServer server(settings_for(smtp.port(), "none"));
  server.create_campaign("waiting");
  CHECK(server.sign_up("waiting", "ana@example.org").status == 202);
  REQUIRE(server.wait_for_output("lane=mail STOPPED: AUTH: 535 5.7.8 wrong password"));
  CHECK(server.get("/readyz").status == 200);
  CHECK(server.sign_up("waiting", "eva@example.org").status == 202);
  CHECK(smtp.count(SmtpStep::mail) == 0);

  CHECK(server.stop() == 0);
  smtp.on(SmtpStep::auth, SmtpAction::usual());
  server.restart();
  REQUIRE(smtp.wait_for_messages(2, kSoon));
  REQUIRE(server.wait_for_output("kind=verification attempt=1 done"));
}
