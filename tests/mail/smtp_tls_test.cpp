#include <cstdlib>

#include "mail/sample_message.h"
#include "promotions/mail/smtp_transport.h"
#include "support/aiosmtpd_server.h"
#include "support/catch.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

SmtpOptions options_for(const AiosmtpdServer& server) {
  SmtpOptions options;
  options.host = "localhost";
  options.port = server.port();
  options.sender = sample_message().from.address;
  options.timeout = 20s;
  options.username = AiosmtpdServer::username();
  options.password = AiosmtpdServer::password();
  options.ca_file = server.certificate_file();
  return options;
}

// An environment variable for the length of a scope.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) {
    ::setenv(name, value.c_str(), 1);
  }
  ~ScopedVariable() { ::unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("smtp with TLS: delivered encrypted and signed in, on one connection", "[mail]") {
  const auto tls = GENERATE(AiosmtpdServer::Tls::starttls, AiosmtpdServer::Tls::implicit);
  AiosmtpdServer server(tls);
  SmtpOptions options = options_for(server);
  options.security =
      tls == AiosmtpdServer::Tls::implicit ? SmtpSecurity::tls : SmtpSecurity::starttls;
  const auto transport = make_smtp_transport(options);
  const Delivery tried = transport->probe();
  CAPTURE(tried.detail);
  CHECK(tried.outcome == DeliveryClass::delivered);
  for (int i = 0; i < 2; ++i) {
    const Delivery delivery = transport->send(sample_message());
    CAPTURE(delivery.detail);
    CHECK(delivery.outcome == DeliveryClass::delivered);
  }
  const auto& messages = server.messages(2, 10s);
  REQUIRE(messages.size() == 2);
  CHECK(messages[0]["data"] == to_mime(sample_message()));
  CHECK(messages[0]["recipients"] == Json::array({"ana@example.org"}));
  CHECK(messages[0]["tls"] == true);
  CHECK(messages[0]["user"] == AiosmtpdServer::username());
}

TEST_CASE("smtp with TLS: a wrong password is auth_refused", "[mail]") {
  AiosmtpdServer server;
  SmtpOptions options = options_for(server);
  options.password = "wrong";
  const auto transport = make_smtp_transport(options);
  for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
    CHECK(delivery.outcome == DeliveryClass::auth_refused);
    CHECK(delivery.reply_code == 535);
  }
  CHECK(server.messages(0, 0ms).empty());
}

TEST_CASE("smtp with TLS: no credentials where the server wants some is auth_refused", "[mail]") {
  AiosmtpdServer server;
  SmtpOptions options = options_for(server);
  options.username.clear();
  const Delivery delivery = make_smtp_transport(options)->send(sample_message());
  CAPTURE(delivery.detail);
  CHECK(delivery.outcome == DeliveryClass::auth_refused);
}

TEST_CASE("smtp with TLS: a certificate that is not trusted stops everything", "[mail]") {
  AiosmtpdServer server;
  SmtpOptions options = options_for(server);
  options.ca_file.clear();
  const auto transport = make_smtp_transport(options);
  for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
    CAPTURE(delivery.detail);
    CHECK(delivery.outcome == DeliveryClass::lane_trouble);
    CHECK_FALSE(delivery.detail.empty());
  }
  CHECK(server.messages(1, 100ms).empty());
}

TEST_CASE("smtp with TLS: SSL_CERT_FILE names the authorities, as elsewhere", "[mail]") {
  AiosmtpdServer server;
  SmtpOptions options = options_for(server);
  options.ca_file.clear();
  const ScopedVariable variable("SSL_CERT_FILE", server.certificate_file());
  const Delivery delivery = make_smtp_transport(options)->send(sample_message());
  CAPTURE(delivery.detail);
  CHECK(delivery.outcome == DeliveryClass::delivered);
}
