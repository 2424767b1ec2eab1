// Connections from proxies that speak the PROXY protocol.
#include "support/catch.h"
#include "support/echo_server.h"
#include "support/log_capture.h"

using namespace promotions;
using namespace std::chrono_literals;
using namespace promotions::test;

namespace {

const std::string kLine = "PROXY TCP4 192.0.2.1 127.0.0.1 4711 80\r\n";

FrontOptions from(const std::string& range) {
  FrontOptions options;
  options.proxy_protocol_from = {range};
  return options;
}

}  // namespace

TEST_CASE("proxied connection: all of its requests come from the client that is named", "[front]") {
  EchoServer server(from("127.0.0.0/8"));
  Client client = server.connect();
  client.send(kLine + get("/peer") + get("/peer"));
  CHECK(body_of(client.answer()) == "192.0.2.1");
  CHECK(body_of(client.answer()) == "192.0.2.1");
  client.send(get("/peer"));
  CHECK(body_of(client.answer()) == "192.0.2.1");
}

TEST_CASE("proxied connection: the header may come byte by byte", "[front]") {
  EchoServer server(from("127.0.0.1/32"));
  Client client = server.connect();
  for (const char byte : kLine + get("/peer")) client.send({&byte, 1});
  CHECK(body_of(client.answer()) == "192.0.2.1");
}

TEST_CASE("proxied connection: the proxy's own is the proxy's", "[front]") {
  EchoServer server(from("127.0.0.1/32"));
  Client client = server.connect();
  client.send("PROXY UNKNOWN\r\n" + get("/peer"));
  CHECK(body_of(client.answer()) == "127.0.0.1");
}

TEST_CASE("proxied connection: one without the header is closed, which is logged", "[front]") {
  LogCapture log;
  EchoServer server(from("127.0.0.1/32"));
  for (int i = 0; i < 2; ++i) {
    Client client = server.connect();
    client.send(get("/peer"));
    CHECK(client.has_ended());
  }
  const std::string line = "connection from 127.0.0.1 closed: it does not begin with the PROXY";
  CHECK(log.count(line) == 1);  // not for each of them
}

TEST_CASE("proxied connection: a header that does not come in time ends it", "[front]") {
  FrontOptions options = from("127.0.0.1/32");
  options.header_timeout = 50ms;
  EchoServer server(options);
  Client client = server.connect();
  client.send("PROXY TCP4 ");
  CHECK(client.has_ended());
}

TEST_CASE("proxied connection: from elsewhere such a header is no HTTP", "[front]") {
  EchoServer server(from("10.0.0.0/8"));
  Client plain = server.connect();
  plain.send(get("/peer"));
  CHECK(body_of(plain.answer()) == "127.0.0.1");
  for (const std::string& header : {kLine, std::string("\r\n\r\n\0\r\nQUIT\n", 12)}) {
    Client client = server.connect();
    client.send(header + get("/peer"));
    CHECK(status_of(client.answer()) == "400");
    CHECK(client.has_ended());
  }
}
