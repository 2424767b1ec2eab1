// How a session is signed in, and what a trial of it shows.
#include <algorithm>

#include "mail/sample_message.h"
#include "promotions/mail/smtp_transport.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;
using enum DeliveryClass;

namespace {

// The credentials of RFC 2195's example.
SmtpOptions options_for(const SmtpServer& server) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.security = SmtpSecurity::none;
  options.username = "tim";
  options.password = "tanstaaftanstaaf";
  options.sender = "no-reply@example.com";
  options.timeout = 20s;
  return options;
}

// The AUTH commands, in order.
std::vector<std::string> auths(const SmtpServer& server) {
  std::vector<std::string> commands;
  for (const std::string& line : server.lines()) {
    if (line.starts_with("AUTH ")) commands.push_back(line.substr(5));
  }
  return commands;
}

bool was_said(const SmtpServer& server, const std::string& line) {
  const auto lines = server.lines();
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("smtp sign-in: what a server offers counts in whatever case", "[mail]") {
  const auto [offered, used] = GENERATE(table<std::string, std::string>({
      {"auth plain login", "PLAIN"},
      {"Auth Login", "LOGIN"},
      {"AUTH cram-md5", "CRAM-MD5"},
      {"auth=plain", "PLAIN"},
  }));
  CAPTURE(offered);
  SmtpServer server;
  server.offer({"size 1000000", offered, "8bitmime"});
  const auto transport = make_smtp_transport(options_for(server));
  CHECK(transport->send(sample_message()).outcome == delivered);
  CHECK(transport->probe().outcome == delivered);
  CHECK(auths(server) == Names{used, used});
}

TEST_CASE("smtp sign-in: PLAIN, else LOGIN, else CRAM-MD5, whatever else is offered", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  const auto send_and_probe = [&] {
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(transport->probe().outcome == delivered);
  };
  SECTION("PLAIN") {
    server.offer({"AUTH GSSAPI CRAM-MD5 NTLM LOGIN PLAIN"});
    send_and_probe();
    CHECK(auths(server) == Names{"PLAIN", "PLAIN"});
    CHECK(was_said(server, "AHRpbQB0YW5zdGFhZnRhbnN0YWFm"));
  }
  SECTION("LOGIN") {
    server.offer({"AUTH LOGIN CRAM-MD5"});
    send_and_probe();
    CHECK(auths(server) == Names{"LOGIN", "LOGIN"});
    CHECK(was_said(server, "dGFuc3RhYWZ0YW5zdGFhZg=="));
  }
  SECTION("CRAM-MD5, which shows nobody the password") {
    server.offer({"AUTH CRAM-MD5 NTLM"});
    send_and_probe();
    CHECK(auths(server) == Names{"CRAM-MD5", "CRAM-MD5"});
    CHECK(was_said(server, "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"));
  }
}

TEST_CASE("smtp sign-in: one mechanism is refused, the next is tried and remembered", "[mail]") {
  SmtpServer server;
  server.offer({"AUTH PLAIN LOGIN CRAM-MD5"});
  const auto transport = make_smtp_transport(options_for(server));
  SECTION("the second") {
    server.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 not that way"), 1);
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(auths(server) == Names{"PLAIN", "LOGIN"});
    server.drop_clients();
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(auths(server) == Names{"PLAIN", "LOGIN", "LOGIN"});
  }
  SECTION("the third, by whatever refusal") {
    server.on(SmtpStep::auth, SmtpAction::reply("504 5.5.4 unrecognized"), 1);
    server.on(SmtpStep::auth, SmtpAction::reply("534 5.7.9 too weak"), 1);
    CHECK(transport->probe().outcome == delivered);
    CHECK(auths(server) == Names{"PLAIN", "LOGIN", "CRAM-MD5"});
  }
  SECTION("what is remembered is given up when it is refused in its turn") {
    server.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 no"), 1);
    CHECK(transport->send(sample_message()).outcome == delivered);
    server.drop_clients();
    server.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 no"), 1);
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(auths(server) == Names{"PLAIN", "LOGIN", "LOGIN", "PLAIN"});
  }
  CHECK(server.messages().size() <= 2);
}

TEST_CASE("smtp sign-in: refused by all mechanisms, or by none for now", "[mail]") {
  SmtpServer server;
  server.offer({"AUTH PLAIN LOGIN CRAM-MD5"});
  const auto transport = make_smtp_transport(options_for(server));
  SECTION("all") {
    server.on(SmtpStep::auth, SmtpAction::reply("535 5.7.8 wrong password"));
    const Delivery delivery = transport->send(sample_message());
    CHECK(delivery.outcome == auth_refused);
    CHECK(delivery.detail == "AUTH: 535 5.7.8 wrong password");
    CHECK(delivery.status == "5.7.8");
    CHECK(delivery.meaning.find("mail.smtp.password_file") != std::string_view::npos);
    CHECK(server.auth_attempts() == 3);
    server.on(SmtpStep::auth, SmtpAction::usual());  // mended
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(auths(server).back() == "PLAIN");
  }
  SECTION("for now: the next mechanism would fare no better") {
    server.on(SmtpStep::auth, SmtpAction::reply("454 4.7.0 later"));
    CHECK(transport->send(sample_message()).outcome == lane_trouble);
    CHECK(server.auth_attempts() == 1);
  }
  SECTION("none that we speak") {
    server.offer({"AUTH DIGEST-MD5 NTLM GSSAPI"});
    for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
      CHECK(delivery.outcome == auth_refused);
      CHECK(delivery.detail.starts_with("the server offers no AUTH"));
    }
    CHECK(server.auth_attempts() == 0);
  }
  SECTION("no AUTH") {
    server.offer({"SIZE 1000000"});
    for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
      CHECK(delivery.outcome == auth_refused);
      CHECK(delivery.detail.starts_with("the server offers no AUTH"));
    }
  }
  CHECK(server.messages().size() <= 1);
}

TEST_CASE("smtp probe: the session of a mail, up to its sender, and nothing is sent", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  const Delivery tried = transport->probe();
  CAPTURE(tried.detail);
  CHECK(tried.outcome == delivered);
  CHECK(server.lines().front() == "EHLO example.com");
  CHECK(server.auth_attempts() == 1);
  CHECK(server.count(SmtpStep::mail) == 1);
  CHECK(was_said(server, "MAIL FROM:<no-reply@example.com>"));
  CHECK(server.count(SmtpStep::rset) == 1);
  CHECK(server.count(SmtpStep::rcpt) == 0);
  CHECK(server.connections() == 1);
}

TEST_CASE("smtp probe: what would stop a mail stops it, and says what would help", "[mail]") {
  struct Case {
    SmtpStep step;
    const char* reply;
    DeliveryClass outcome;
    const char* detail;
    const char* helps;
  };
  for (const Case& c : {
           Case{SmtpStep::greeting, "554 no", refused_us, "greeting: 554 no", "operator"},
           Case{SmtpStep::ehlo, "550 who?", refused_us, "EHLO: 550 who?", "mail.smtp.helo"},
           Case{SmtpStep::auth, "535 5.7.8 no", auth_refused, "AUTH: 535 5.7.8 no",
                "mail.smtp.password_file"},
           Case{SmtpStep::mail,
                "553 5.7.1 <no-reply@example.com>: Sender address rejected: not owned", refused_us,
                "MAIL: 553 5.7.1 <address>: Sender address rejected: not owned", "mail.from"},
           Case{SmtpStep::mail, "550 5.4.5 Daily user sending limit exceeded", refused_us,
                "MAIL: 550 5.4.5 Daily user sending limit exceeded", "limit"},
           Case{SmtpStep::mail, "451 4.3.0 later", temporary, "MAIL: 451 4.3.0 later", ""},
       }) {
    CAPTURE(c.reply);
    SmtpServer server;
    server.on(c.step, SmtpAction::reply(c.reply));
    const Delivery delivery = make_smtp_transport(options_for(server))->probe();
    CHECK(to_text(delivery.outcome) == to_text(c.outcome));
    CHECK(delivery.detail == c.detail);
    CHECK(delivery.meaning.find(c.helps) != std::string_view::npos);
    CHECK(server.count(SmtpStep::rcpt) == 0);
  }
}

TEST_CASE("smtp probe: RSET decides nothing", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::rset, SmtpAction::reply("500 what?"));
  CHECK(make_smtp_transport(options_for(server))->probe().outcome == delivered);
}
