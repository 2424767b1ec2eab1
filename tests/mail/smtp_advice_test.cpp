// What is said of a server that cannot even be spoken to: what is wrong, and what would be right.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vector>

#include "mail/sample_message.h"
#include "promotions/mail/smtp_transport.h"
#include "support/catch.h"
#include "support/certificate.h"
#include "support/loopback.h"
#include "support/smtp_server.h"

using namespace promotions;
using namespace std::chrono_literals;

namespace {

SmtpOptions options_for(int port, SmtpSecurity security = SmtpSecurity::none) {
  SmtpOptions options;
  options.host = "127.0.0.1";
  options.port = port;
  options.security = security;
  options.sender = "no-reply@example.com";
  options.timeout = 5s;
  return options;
}

void check_advice(const SmtpOptions& options, std::string_view what, std::string_view right) {
  const auto transport = make_smtp_transport(options);
  for (const Delivery& delivery : {transport->send(sample_message()), transport->probe()}) {
    CAPTURE(delivery.detail, delivery.meaning);
    CHECK(delivery.outcome == DeliveryClass::lane_trouble);
    const std::size_t end = delivery.meaning.find("; ");
    REQUIRE(end != std::string_view::npos);
    CHECK(delivery.meaning.substr(0, end).find(what) != std::string_view::npos);
    CHECK(delivery.meaning.substr(end).find(right) != std::string_view::npos);
  }
}

// A port whose queue of connections is full: the kernel lets whoever comes wait.
class FullPort {
 public:
  FullPort() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(listener_, generic, size) == 0);
    REQUIRE(::listen(listener_, 0) == 0);
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      clients_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(clients_.back(), generic, size);
    }
  }
  ~FullPort() {
    for (const int client : clients_) ::close(client);
    ::close(listener_);
  }
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;
  int number() const { return port_; }

 private:
  int listener_ = -1;
  int port_ = 0;
  std::vector<int> clients_;
};

int port_of_nobody() {
  const SmtpServer server;
  return server.port();
}

}  // namespace

TEST_CASE("smtp advice: nobody listens", "[mail]") {
  check_advice(options_for(port_of_nobody()), "nobody listens there",
               "correct mail.smtp.host and mail.smtp.port");
}

TEST_CASE("smtp advice: no such host", "[mail]") {
  SmtpOptions options = options_for(25);
  options.host = "mail.invalid";  // RFC 6761
  check_advice(options, "there is no such host", "correct mail.smtp.host");
}

TEST_CASE("smtp advice: no connection in time", "[mail]") {
  const FullPort port;
  SmtpOptions options = options_for(port.number());
  options.timeout = 300ms;
  check_advice(options, "did not answer within mail.smtp.timeout", "no firewall is between");
}

TEST_CASE("smtp advice: connected, and too slow", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::ehlo, SmtpAction::silence());
  SmtpOptions options = options_for(server.port());
  options.timeout = 300ms;
  check_advice(options, "longer than mail.smtp.timeout", "raise that");
}

TEST_CASE("smtp advice: it hangs up", "[mail]") {
  SmtpServer server;
  server.on(SmtpStep::greeting, SmtpAction::drop());
  check_advice(options_for(server.port()), "the server hung up", "mail.smtp.port");
}

TEST_CASE("smtp advice: no TLS that works, or a certificate that proves nothing", "[mail]") {
  const Certificate certificate;
  SmtpServer server(SmtpTls::starttls, certificate);
  const SmtpOptions options = options_for(server.port(), SmtpSecurity::starttls);
  SECTION("a certificate that nobody vouches for") {
    check_advice(options, "cannot prove that it is mail.smtp.host", "mail.smtp.ca_file");
  }
  SECTION("no handshake") {
    server.on(SmtpStep::handshake, SmtpAction::bytes(std::string(1000, '\0')));
    check_advice(options, "no encryption could be agreed upon", "TLS 1.2 or newer");
  }
}
