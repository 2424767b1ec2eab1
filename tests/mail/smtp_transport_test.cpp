#include "promotions/mail/smtp_transport.h"

#include <algorithm>
#include <thread>
#include <vector>

#include "mail/sample_message.h"
#include "promotions/base/errors.h"
#include "support/catch.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;
using enum DeliveryClass;

namespace {

SmtpOptions options_for(const SmtpServer& server) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.security = SmtpSecurity::none;
  options.sender = sample_message().from.address;
  options.timeout = 20s;
  return options;
}

SmtpOptions with_credentials(SmtpOptions options) {
  options.username = "mailer";
  options.password = "secret";
  return options;
}

Delivery send_once(const SmtpOptions& options) {
  return make_smtp_transport(options)->send(sample_message());
}

}  // namespace

TEST_CASE("smtp: a mail arrives as it was written, with its envelope", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  Message message = sample_message();
  message.text = ".\n..\n.dots\n" + std::string(10000, '.') + "\nQUIT\r\n.\r\nMAIL FROM:<x@y>\n";
  const Delivery delivery = transport->send(message);
  CHECK(delivery.outcome == delivered);
  CHECK(delivery.reply_code == 250);
  CHECK(delivery.detail == "250 2.0.0 accepted");
  REQUIRE(server.messages().size() == 1);
  const ReceivedMail mail = server.messages().front();
  CHECK(mail.data == to_mime(message));
  CHECK(mail.from == "no-reply@example.com");
  CHECK(mail.recipients == std::vector<std::string>{"ana@example.org"});
  CHECK(server.lines().front() == "EHLO example.com");
  CHECK(transport->description() ==
        "smtp://127.0.0.1:" + std::to_string(server.port()) + " (none)");
}

TEST_CASE("smtp: the names that the server is given can be chosen", "[mail]") {
  SmtpServer server;
  SmtpOptions options = options_for(server);
  options.envelope_from = "bounces%2B@example.net";
  for (const char* name : {"mail.example.com", "[192.0.2.7]", "[IPv6:2001:db8::7]"}) {
    options.helo = name;
    const auto transport = make_smtp_transport(options);
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(transport->probe().outcome == delivered);
    const auto lines = server.lines();
    CHECK(std::count(lines.begin(), lines.end(), "EHLO " + std::string(name)) == 2);
  }
  CHECK(server.count(SmtpStep::mail) == 6);
  for (const std::string& line : server.lines()) {
    CAPTURE(line);
    CHECK((!line.starts_with("MAIL ") || line.starts_with("MAIL FROM:<bounces%2B@example.net>")));
  }
  CHECK(server.messages().front().data.find("From: Promotions <no-reply@example.com>") !=
        std::string::npos);
}

TEST_CASE("smtp: content that starts lines with dots is stuffed and unstuffed", "[mail]") {
  SmtpServer server;
  Message message = sample_message();
  message.message_id = ".dot@example.com";  // a folded token keeps its dot, unlike a body's
  message.subject = ". " + std::string(60, 'x') + " .end";
  message.from.name = std::string(60, 'n');
  CHECK(make_smtp_transport(options_for(server))->send(message).outcome == delivered);
  REQUIRE(server.messages().size() == 1);
  CHECK(server.messages().front().data == to_mime(message));
}

TEST_CASE("smtp: one connection serves many mails", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(with_credentials(options_for(server)));
  for (int i = 0; i < 5; ++i) CHECK(transport->send(sample_message()).outcome == delivered);
  CHECK(server.connections() == 1);
  CHECK(server.auth_attempts() == 1);
  CHECK(server.messages().size() == 5);
}

TEST_CASE("smtp: never more connections than allowed, whoever waits", "[mail]") {
  SmtpServer server;
  SmtpOptions options = options_for(server);
  options.connections = 2;
  const auto transport = make_smtp_transport(options);
  std::vector<std::thread> workers;
  for (int worker = 0; worker < 6; ++worker) {
    workers.emplace_back([&] {
      for (int i = 0; i < 5; ++i) transport->send(sample_message());
    });
  }
  for (std::thread& worker : workers) worker.join();
  CHECK(server.messages().size() == 30);
  CHECK(server.connections() <= 2);
}

TEST_CASE("smtp: every reply at every step has its meaning", "[mail]") {
  struct Case {
    SmtpStep step;
    const char* reply;
    DeliveryClass outcome;
    int code;
    const char* detail;
  };
  for (const Case& c : {
           Case{SmtpStep::greeting, "554 5.7.1 go away", refused_us, 554,
                "greeting: 554 5.7.1 go away"},
           Case{SmtpStep::greeting, "421 busy", crowded, 421, "greeting: 421 busy"},
           Case{SmtpStep::ehlo, "550 no", refused_us, 550, "EHLO: 550 no"},
           Case{SmtpStep::ehlo, "421 no", crowded, 421, "EHLO: 421 no"},
           Case{SmtpStep::auth, "535 5.7.8 bad", auth_refused, 535, "AUTH: 535 5.7.8 bad"},
           Case{SmtpStep::auth, "535 bad", auth_refused, 535, "AUTH: 535 bad"},
           Case{SmtpStep::auth, "454 4.7.0 later", lane_trouble, 454, "AUTH: 454 4.7.0 later"},
           Case{SmtpStep::auth, "421 later", lane_trouble, 421, "AUTH: 421 later"},
           Case{SmtpStep::auth, "250 odd", auth_refused, 250, "AUTH: 250 odd"},
           Case{SmtpStep::auth, "334 more", auth_refused, 334, "AUTH: 334 more"},
           Case{SmtpStep::mail, "451 4.3.0 later", temporary, 451, "MAIL: 451 4.3.0 later"},
           Case{SmtpStep::mail, "550 5.7.1 never", refused_us, 550, "MAIL: 550 5.7.1 never"},
           Case{SmtpStep::mail, "530 5.7.0 sign in", auth_refused, 530, "MAIL: 530 5.7.0 sign in"},
           Case{SmtpStep::mail, "421 bye", lane_trouble, 421, "MAIL: 421 bye"},
           Case{SmtpStep::rcpt, "450 grey", temporary, 450, "RCPT: 450 grey"},
           Case{SmtpStep::rcpt, "550-5.1.1 no <ana@example.org>\r\n550 5.1.1 ana@example.org?",
                permanent, 550, "RCPT: 550 5.1.1 no <address> <address>"},
           Case{SmtpStep::rcpt,
                "553 5.7.1 <no-reply@example.com>: Sender address rejected: not yours", refused_us,
                553, "RCPT: 553 5.7.1 <address>: Sender address rejected: not yours"},
           Case{SmtpStep::rcpt, "552 5.2.2 full", temporary, 552, "RCPT: 552 5.2.2 full"},
           Case{SmtpStep::rcpt, "550 4.7.1 later", deferred_us, 550, "RCPT: 550 4.7.1 later"},
           Case{SmtpStep::rcpt, "450 5.1.1 never", permanent, 450, "RCPT: 450 5.1.1 never"},
           Case{SmtpStep::rcpt, "421 bye", lane_trouble, 421, "RCPT: 421 bye"},
           Case{SmtpStep::data, "451 later", temporary, 451, "DATA: 451 later"},
           Case{SmtpStep::data, "554 no", permanent, 554, "DATA: 554 no"},
           Case{SmtpStep::data, "421 bye", lane_trouble, 421, "DATA: 421 bye"},
           Case{SmtpStep::content, "451 later", temporary, 451, "content: 451 later"},
           Case{SmtpStep::content, "554 5.6.0 spam", permanent, 554, "content: 554 5.6.0 spam"},
           Case{SmtpStep::content, "550-5.7.26 Unauthenticated.\r\n550 https://example.com/why",
                refused_us, 550, "content: 550 5.7.26 Unauthenticated. https://example.com/why"},
           Case{SmtpStep::content, "421 bye", lane_trouble, 421, "content: 421 bye"},
           Case{SmtpStep::content, "251 odd but good", delivered, 251, "251 odd but good"},
       }) {
    CAPTURE(static_cast<int>(c.step), c.reply);
    SmtpServer server;
    server.on(c.step, SmtpAction::reply(c.reply));
    const Delivery delivery = send_once(with_credentials(options_for(server)));
    CHECK(to_text(delivery.outcome) == to_text(c.outcome));
    CHECK(delivery.reply_code == c.code);
    CHECK(delivery.detail == c.detail);
    CHECK(server.messages().size() == (c.outcome == delivered ? 1U : 0U));
    // Nothing was stale: no second try, but of the other way to sign in.
    CHECK(server.connections() == (c.step == SmtpStep::auth && c.outcome == auth_refused ? 2 : 1));
  }
}

TEST_CASE("smtp: a connection that breaks or falls silent", "[mail]") {
  struct Case {
    SmtpStep step;
    DeliveryClass outcome;
  };
  for (const Case& c : {
           Case{SmtpStep::greeting, lane_trouble},
           Case{SmtpStep::ehlo, lane_trouble},
           Case{SmtpStep::auth, lane_trouble},
           Case{SmtpStep::mail, lane_trouble},
           Case{SmtpStep::rcpt, cut_off},
           Case{SmtpStep::data, cut_off},
           Case{SmtpStep::content, in_doubt},
       }) {
    CAPTURE(static_cast<int>(c.step));
    {
      SmtpServer server;
      server.on(c.step, SmtpAction::drop());
      const Delivery delivery = send_once(with_credentials(options_for(server)));
      CHECK(to_text(delivery.outcome) == to_text(c.outcome));
      CHECK(delivery.reply_code < 400);
      CHECK_FALSE(delivery.detail.empty());
      CHECK(server.messages().empty());
      // Who hangs up without a word may want TLS: that is looked at.
      CHECK(server.connections() == (c.step == SmtpStep::greeting ? 2 : 1));
    }
    {
      SmtpServer server;
      server.on(c.step, SmtpAction::silence());
      SmtpOptions options = with_credentials(options_for(server));
      options.timeout = 150ms;
      const auto start = std::chrono::steady_clock::now();
      const Delivery delivery = send_once(options);
      CHECK(std::chrono::steady_clock::now() - start < 5s);
      CAPTURE(delivery.detail);
      CHECK(to_text(delivery.outcome) == to_text(c.outcome));
      const bool names_time = delivery.detail.find("timed out") != std::string::npos ||
                              delivery.detail.find("timeout") != std::string::npos;
      CHECK(names_time);
    }
  }
}

TEST_CASE("smtp: no server at all is the lane's trouble", "[mail]") {
  SmtpOptions options;
  {
    const SmtpServer server;
    options = options_for(server);
  }
  const auto transport = make_smtp_transport(options);
  const Delivery delivery = transport->send(sample_message());
  CHECK(delivery.outcome == lane_trouble);
  CHECK(delivery.reply_code == 0);
  CHECK(delivery.detail.starts_with("connect: "));
  CHECK(transport->probe().outcome == lane_trouble);

  SmtpServer back(options.port);
  CHECK(transport->send(sample_message()).outcome == delivered);
}

TEST_CASE("smtp: a mail that was accepted though the answer was lost is in doubt, not sent again",
          "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  CHECK(transport->send(sample_message()).outcome == delivered);
  server.on(SmtpStep::content, SmtpAction::accept_then_drop(), 1);
  const Delivery delivery = transport->send(sample_message());  // on the kept connection
  CHECK(delivery.outcome == in_doubt);
  CHECK(delivery.detail.starts_with("no answer after the content was sent"));
  CHECK(server.messages().size() == 2);
  CHECK(server.connections() == 1);
}

TEST_CASE("smtp: a kept connection that died meanwhile costs nothing", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  REQUIRE(transport->send(sample_message()).outcome == delivered);
  SECTION("closed while idle") {
    server.drop_clients();
  }
  SECTION("closed with 421 at the next command") {
    server.on(SmtpStep::mail, SmtpAction::reply("421 4.4.2 idle for too long"), 1);
  }
  SECTION("closed at the next command") {
    server.on(SmtpStep::mail, SmtpAction::drop(), 1);
  }
  SECTION("with as many mails as the server takes in a session") {  // OpenSMTPD's words
    server.on(SmtpStep::mail,
              SmtpAction::reply("452 4.5.3 Too many recipients: Too many messages sent"), 1);
  }
  SECTION("closed at RCPT") {
    server.on(SmtpStep::rcpt, SmtpAction::drop(), 1);
  }
  CHECK(transport->send(sample_message()).outcome == delivered);
  CHECK(server.connections() == 2);
  CHECK(server.messages().size() == 2);
  CHECK(transport->send(sample_message()).outcome == delivered);
  CHECK(server.connections() == 2);  // the new one is kept in its place
}

TEST_CASE("smtp: knows how many sessions are open, and which of them the server has closed",
          "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  CHECK(transport->open_sessions() == 0);
  REQUIRE(transport->send(sample_message()).outcome == delivered);
  CHECK(transport->open_sessions() == 1);
  server.drop_clients();
  REQUIRE(server.wait_until_unconnected(10s));
  CHECK(transport->open_sessions() == 0);
  REQUIRE(transport->send(sample_message()).outcome == delivered);
  CHECK(transport->open_sessions() == 1);
}

TEST_CASE("smtp: a session that is replaced may be counted by the server for a moment", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  REQUIRE(transport->send(sample_message()).outcome == delivered);
  server.on(SmtpStep::mail, SmtpAction::reply("421 too many messages in this connection"), 1);
  server.on(SmtpStep::greeting, SmtpAction::reply("421 Too many concurrent SMTP connections"), 1);
  CHECK(transport->send(sample_message()).outcome == delivered);
  CHECK(server.connections() == 3);
}

TEST_CASE("smtp: 421 on the fresh connection too is the lane's trouble", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  REQUIRE(transport->send(sample_message()).outcome == delivered);
  server.on(SmtpStep::mail, SmtpAction::reply("421 no"));
  CHECK(transport->send(sample_message()).outcome == lane_trouble);
  CHECK(server.connections() == 2);
  CHECK(server.count(SmtpStep::mail) == 3);
}

TEST_CASE("smtp: a refusal spoils nothing for the next mail", "[mail]") {
  for (const SmtpStep step : {SmtpStep::mail, SmtpStep::rcpt, SmtpStep::data, SmtpStep::content}) {
    CAPTURE(static_cast<int>(step));
    SmtpServer server;
    const auto transport = make_smtp_transport(options_for(server));
    server.on(step, SmtpAction::reply("550 5.1.1 no"), 1);
    CHECK(transport->send(sample_message()).outcome ==
          (step == SmtpStep::mail ? refused_us : permanent));
    Message next = sample_message();
    next.to = "bea@example.org";
    CHECK(transport->send(next).outcome == delivered);
    REQUIRE(server.messages().size() == 1);
    CHECK(server.messages().front().recipients == std::vector<std::string>{"bea@example.org"});
  }
}

TEST_CASE("smtp: per-recipient rules of the server meet their recipient only", "[mail]") {
  SmtpServer server;
  server.on_recipient("bea@example.org", SmtpAction::reply("550 5.1.1 no"));
  const auto transport = make_smtp_transport(options_for(server));
  Message message = sample_message();
  message.to = "bea@example.org";
  CHECK(transport->send(message).outcome == permanent);
  CHECK(transport->send(sample_message()).outcome == delivered);
}

TEST_CASE("smtp: an address that could be a command is refused before a word is said", "[mail]") {
  SmtpServer server;
  const auto transport = make_smtp_transport(options_for(server));
  Message message = sample_message();
  message.to = "ana@example.org>\r\nRCPT TO:<eve@example.org";
  Delivery delivery = transport->send(message);
  CHECK(delivery.outcome == permanent);
  CHECK(delivery.detail == "invalid recipient");
  message = sample_message();
  message.from.address = "a@b>\r\nRCPT TO:<eve@example.org";
  delivery = transport->send(message);
  CHECK(delivery.outcome == permanent);
  CHECK(delivery.detail == "invalid sender");
  CHECK(server.connections() == 0);
}

TEST_CASE("smtp: STARTTLS not offered means no mail and no password in clear", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::quit, SmtpAction::silence());
  SmtpOptions options = with_credentials(options_for(server));
  options.security = SmtpSecurity::starttls;
  const auto transport = make_smtp_transport(options);
  for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
    CAPTURE(delivery.detail);
    CHECK(delivery.outcome == lane_trouble);
    CHECK(delivery.detail.find("STARTTLS") != std::string::npos);
  }
  CHECK(server.auth_attempts() == 0);
  CHECK(server.count(SmtpStep::mail) == 0);
  for (const std::string& line : server.lines()) {
    CAPTURE(line);
    CHECK((line.starts_with("EHLO ") || line == "QUIT"));
  }
}

TEST_CASE("smtp: a server that never answers QUIT holds nobody up", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::quit, SmtpAction::silence());
  const auto start = std::chrono::steady_clock::now();
  {
    const auto transport = make_smtp_transport(options_for(server));
    CHECK(transport->send(sample_message()).outcome == delivered);
    CHECK(transport->probe().outcome == delivered);
  }
  CHECK(std::chrono::steady_clock::now() - start < 5s);
  CHECK(server.wait_until_unconnected(10s));
  CHECK(server.count(SmtpStep::quit) == 2);
}

TEST_CASE("smtp: a refusal stands, at once, though QUIT after it is never answered", "[mail]") {
  for (const SmtpStep step : {SmtpStep::greeting, SmtpStep::ehlo, SmtpStep::auth, SmtpStep::mail,
                              SmtpStep::rcpt, SmtpStep::data, SmtpStep::content}) {
    CAPTURE(static_cast<int>(step));
    SmtpServer server;
    server.on(step, SmtpAction::reply("550 5.1.1 no"));
    server.on(SmtpStep::quit, SmtpAction::silence());
    const auto start = std::chrono::steady_clock::now();
    const Delivery delivery = send_once(with_credentials(options_for(server)));
    CHECK(std::chrono::steady_clock::now() - start < 5s);
    CHECK(delivery.reply_code == 550);
    CHECK(delivery.detail.ends_with(": 550 5.1.1 no"));
  }
}

TEST_CASE("smtp: a host or port that cannot be one is a configuration error", "[mail]") {
  SmtpOptions options;
  options.host = "mail.example.org/path";
  CHECK_THROWS_AS(make_smtp_transport(options), ConfigError);
  options.host = "mail example";
  CHECK_THROWS_AS(make_smtp_transport(options), ConfigError);
  options.host = "";
  CHECK_THROWS_AS(make_smtp_transport(options), ConfigError);
  options.host = "::1";
  CHECK(make_smtp_transport(options)->description() == "smtp://[::1]:587 (starttls)");
  options.port = 70000;
  CHECK_THROWS_AS(make_smtp_transport(options), ConfigError);
}
