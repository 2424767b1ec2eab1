// Ports and ways of encryption that do not fit.
#include "mail/sample_message.h"
#include "promotions/base/errors.h"
#include "promotions/mail/smtp_transport.h"
#include "support/catch.h"
#include "support/certificate.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;
using enum DeliveryClass;

namespace {

SmtpOptions options_for(const SmtpServer& server, SmtpSecurity security) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = server.port();
  options.security = security;
  options.username = "mailer";
  options.password = "open secret";
  options.sender = "no-reply@example.com";
  options.timeout = 500ms;
  return options;
}

void check_detail(const SmtpServer& server, const SmtpOptions& options, const char* expected) {
  const auto transport = make_smtp_transport(options);
  for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
    CAPTURE(delivery.detail);
    CHECK((delivery.outcome == lane_trouble || delivery.outcome == auth_refused));
    CHECK(delivery.detail.find(expected) != std::string::npos);
  }
  CHECK(server.auth_attempts() == 0);
  CHECK(server.count(SmtpStep::mail) == 0);
}

}  // namespace

TEST_CASE("smtp: a port that wants TLS at once, spoken to in plain, is named", "[mail]") {
  const Certificate certificate;
  SmtpServer server(SmtpTls::implicit, certificate);
  for (const SmtpSecurity security : {SmtpSecurity::starttls, SmtpSecurity::none}) {
    check_detail(server, options_for(server, security),
                 "wants TLS from the first byte on this port; set mail.smtp.security to tls");
  }
}

TEST_CASE("smtp: check finds that out long before a mail would have timed out", "[mail]") {
  const Certificate certificate;
  SmtpServer server(SmtpTls::implicit, certificate);
  SmtpOptions options = options_for(server, SmtpSecurity::starttls);
  options.timeout = 60s;
  const auto start = std::chrono::steady_clock::now();
  const Delivery delivery = make_smtp_transport(options)->probe();
  CHECK(std::chrono::steady_clock::now() - start < 20s);
  CHECK(delivery.detail.find("set mail.smtp.security to tls") != std::string::npos);
}

TEST_CASE("smtp: a port that starts in plain, spoken to by TLS, is named", "[mail]") {
  const Certificate certificate;
  SECTION("with STARTTLS") {
    SmtpServer server(SmtpTls::starttls, certificate);
    check_detail(server, options_for(server, SmtpSecurity::tls),
                 "set mail.smtp.security to starttls");
  }
  SECTION("without") {
    SmtpServer server;
    check_detail(server, options_for(server, SmtpSecurity::tls), "offers no encryption");
  }
}

TEST_CASE("smtp: encryption that is not offered, or not asked for, is named", "[mail]") {
  const Certificate certificate;
  SECTION("STARTTLS is not offered") {
    SmtpServer server;
    check_detail(server, options_for(server, SmtpSecurity::starttls), "offers no STARTTLS");
  }
  SECTION("a sign-in is offered after STARTTLS only") {
    SmtpServer server(SmtpTls::starttls, certificate);
    server.offer({"SIZE 1000"});
    check_detail(server, options_for(server, SmtpSecurity::none),
                 "set mail.smtp.security to starttls");
  }
  SECTION("no mail without it") {
    SmtpServer server(SmtpTls::starttls, certificate);
    server.on(SmtpStep::mail, SmtpAction::reply("530 5.7.0 Must issue a STARTTLS command first"));
    const Delivery delivery = make_smtp_transport(options_for(server, SmtpSecurity::none))->probe();
    CHECK(delivery.outcome == auth_refused);
    CHECK(delivery.meaning.find("set mail.smtp.security to starttls") != std::string_view::npos);
  }
}

TEST_CASE("smtp: a server that is silent for other reasons is not taken for one of TLS", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::greeting, SmtpAction::silence());
  const Delivery delivery =
      make_smtp_transport(options_for(server, SmtpSecurity::starttls))->probe();
  CHECK(delivery.outcome == lane_trouble);
  CHECK(delivery.detail.find("mail.smtp.security") == std::string::npos);
}

TEST_CASE("smtp: a root of one's own is trusted beside the others, not instead", "[mail]") {
  const Certificate ours;
  const Certificate theirs;
  const std::string before = std::getenv("SSL_CERT_FILE") ? std::getenv("SSL_CERT_FILE") : "";
  ::setenv("SSL_CERT_FILE", theirs.file().c_str(), 1);  // stands for the system's
  for (const Certificate* shown : {&ours, &theirs}) {
    SmtpServer server(SmtpTls::starttls, *shown);
    SmtpOptions options = options_for(server, SmtpSecurity::starttls);
    options.timeout = 20s;
    options.ca_file = ours.file();
    const Delivery delivery = make_smtp_transport(options)->send(sample_message());
    CAPTURE(delivery.detail);
    CHECK(delivery.outcome == delivered);
  }
  {
    SmtpServer server(SmtpTls::starttls, ours);
    const Delivery delivery =
        make_smtp_transport(options_for(server, SmtpSecurity::starttls))->probe();
    CHECK(delivery.outcome == lane_trouble);
    CHECK(delivery.meaning.find("mail.smtp.ca_file") != std::string_view::npos);
  }
  before.empty() ? ::unsetenv("SSL_CERT_FILE") : ::setenv("SSL_CERT_FILE", before.c_str(), 1);
}

TEST_CASE("smtp: a file of roots that is none is a configuration error", "[mail]") {
  const SmtpServer server;
  SmtpOptions options = options_for(server, SmtpSecurity::starttls);
  options.ca_file = "/nonexistent.pem";
  CHECK_THROWS_AS(make_smtp_transport(options), ConfigError);
  options.ca_file = "/dev/null";
  CHECK_THROWS_AS(make_smtp_transport(options), ConfigError);
}
