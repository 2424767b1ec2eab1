// The front over other channels than plain sockets: over real TLS, which reads in order to write
// and decrypts more than it was asked for, and over one that moves single bytes.
#include "front/channel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <stdexcept>
#include <string>

#include "promotions/front/front.h"
#include "support/catch.h"
#include "support/certificate.h"
#include "support/echo_server.h"

using namespace promotions;
using namespace promotions::test;

namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

// TLS as the server speaks it.
class TlsChannel final : public Channel {
 public:
  TlsChannel(FileDescriptor socket, SSL_CTX* context)
      : Channel(std::move(socket)), ssl_(SSL_new(context)) {
    SSL_set_fd(ssl_.get(), fd());
    SSL_set_accept_state(ssl_.get());
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }

  Progress read(std::span<char> buffer) override {
    std::size_t bytes = 0;
    ERR_clear_error();
    const int status = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &bytes);
    return {bytes, next_after(status)};
  }

  Progress write(std::string_view text) override {
    std::size_t bytes = 0;
    ERR_clear_error();
    const int status = SSL_write_ex(ssl_.get(), text.data(), text.size(), &bytes);
    return {bytes, next_after(status)};
  }

  void end_sending() override {
    SSL_shutdown(ssl_.get());
    ::shutdown(fd(), SHUT_WR);
  }

 private:
  Next next_after(int status) const {
    if (status == 1) return Next::go_on;
    const int error = SSL_get_error(ssl_.get(), status);
    if (error == SSL_ERROR_WANT_READ) return Next::await_readable;
    return error == SSL_ERROR_WANT_WRITE ? Next::await_writable : Next::stop;
  }

  std::unique_ptr<SSL, FreeSsl> ssl_;
};

// Moves one byte a call, and never says that there is no more.
class CrumblingChannel final : public Channel {
 public:
  explicit CrumblingChannel(FileDescriptor socket)
      : Channel(std::move(socket)), plain_(make_plain_channel(FileDescriptor(::dup(fd())))) {}

  Progress read(std::span<char> buffer) override { return after(plain_->read(buffer.first(1))); }
  Progress write(std::string_view bytes) override {
    return after(plain_->write(bytes.substr(0, 1)));
  }
  void end_sending() override { plain_->end_sending(); }

 private:
  static Progress after(Progress progress) {
    return progress.bytes > 0 ? Progress{progress.bytes, Next::go_on} : progress;
  }

  std::unique_ptr<Channel> plain_;
};

// A client that blocks.
class TlsClient {
 public:
  TlsClient(int port, int version)
      : tcp_(Client::tcp(port)), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(context_.get(), version);
    SSL_CTX_set_max_proto_version(context_.get(), version);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), tcp_.fd());
    REQUIRE(SSL_connect(ssl_.get()) == 1);
  }

  void send(std::string_view text) {
    REQUIRE(SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) ==
            static_cast<int>(text.size()));
  }

  // The next answer, whole.
  std::string answer() {
    while (received_.find("\r\n\r\n") == std::string::npos) read();
    const auto head = received_.find("\r\n\r\n") + 4;
    const std::string field = "Content-Length: ";
    const auto length = std::stoul(received_.substr(received_.find(field) + field.size()));
    while (received_.size() < head + length) read();
    std::string whole = received_.substr(0, head + length);
    received_.erase(0, whole.size());
    return whole;
  }

  // Has the server answer with new keys before it says anything else (RFC 8446 §4.6.3).
  void renew_keys() { REQUIRE(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED) == 1); }

 private:
  void read() {
    char buffer[4096];
    const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
    REQUIRE(count > 0);
    received_.append(buffer, static_cast<std::size_t>(count));
  }

  Client tcp_;
  std::unique_ptr<SSL_CTX, FreeContext> context_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string received_;
};

FrontOptions over_tls(const Certificate& certificate) {
  FrontOptions options;
  options.open_channel = [context = certificate.context()](FileDescriptor socket) {
    return std::make_unique<TlsChannel>(std::move(socket), context);
  };
  return options;
}

FrontOptions crumbling() {
  FrontOptions options;
  options.open_channel = [](FileDescriptor socket) {
    return std::make_unique<CrumblingChannel>(std::move(socket));
  };
  return options;
}

}  // namespace

TEST_CASE("channel: a connection over TLS serves one request after the other", "[front]") {
  const int version = GENERATE(TLS1_2_VERSION, TLS1_3_VERSION);
  const Certificate certificate;
  EchoServer server(over_tls(certificate));
  TlsClient client(server.port(), version);
  for (const std::string path : {"/1", "/2", "/3"}) {
    client.send(post(path, "body"));
    CHECK(body_of(client.answer()) == "POST" + path + "body");
  }
}

TEST_CASE("channel: what TLS has decrypted ahead is read without another event", "[front]") {
  const Certificate certificate;
  EchoServer server(over_tls(certificate));
  TlsClient client(server.port(), TLS1_3_VERSION);
  // More than one read takes, in records that arrive together.
  std::string requests;
  for (int i = 0; i < 800; ++i) requests += post("/" + std::to_string(i), "body");
  client.send(requests);
  for (int i = 0; i < 800; ++i) {
    REQUIRE(body_of(client.answer()) == "POST/" + std::to_string(i) + "body");
  }
}

TEST_CASE("channel: a large answer over TLS arrives though the kernel takes it in parts",
          "[front]") {
  const Certificate certificate;
  EchoServer server(over_tls(certificate));
  TlsClient client(server.port(), TLS1_3_VERSION);
  client.send(get("/large"));
  const std::string answer = client.answer();
  CHECK(body_of(answer).size() == EchoServer::kLarge);
  client.send(get("/after"));
  CHECK(body_of(client.answer()) == "GET/after");
}

TEST_CASE("channel: new keys amid a large answer stop nothing", "[front]") {
  const Certificate certificate;
  EchoServer server(over_tls(certificate));
  TlsClient client(server.port(), TLS1_3_VERSION);
  client.send(get("/large"));
  for (int i = 0; i < 10; ++i) {
    client.renew_keys();
    client.send(get("/" + std::to_string(i)));
  }
  CHECK(body_of(client.answer()).size() == EchoServer::kLarge);
  for (int i = 0; i < 10; ++i) CHECK(body_of(client.answer()) == "GET/" + std::to_string(i));
}

TEST_CASE("channel: who speaks no TLS where it is wanted is ended", "[front]") {
  const Certificate certificate;
  EchoServer server(over_tls(certificate));
  Client client = server.connect();
  client.send(get("/"));
  client.rest();  // an alert
  CHECK(client.has_ended());
}

TEST_CASE("channel: reads and writes of single bytes mean nothing", "[front]") {
  EchoServer server(crumbling());
  Client client = server.connect();
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += post("/" + std::to_string(i), "body");
  client.send(requests + get("/medium") + get("/close"));
  for (int i = 0; i < 50; ++i) {
    REQUIRE(body_of(client.answer()) == "POST/" + std::to_string(i) + "body");
  }
  CHECK(body_of(client.answer()).size() == EchoServer::kMedium);
  CHECK(body_of(client.answer()) == "GET/close");
  CHECK(client.has_ended());
}
