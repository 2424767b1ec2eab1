// What becomes of a request that the front refuses: how much of it is known, and how its connection
// ends.
#include "support/catch.h"
#include "support/echo_server.h"
#include "support/temp_folder.h"

using namespace promotions;
using namespace std::chrono_literals;
using namespace promotions::test;

namespace {

const std::string kFields = "Host: a\r\nOrigin: https://a.example\r\nAccept: text/html\r\n\r\n";
const std::string kKnownFields = ",Origin=https://a.example,Accept=text/html";

std::string refusal_of(const EchoServer& server, const std::string& bytes) {
  Client client = server.connect();
  client.send(bytes);
  const std::string answer = client.answer();
  CHECK(client.has_ended());
  return answer.substr(9, 4) + body_of(answer);
}

std::string post_of(const std::string& target, std::size_t length) {
  return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) +
         "\r\n\r\n";
}

}  // namespace

TEST_CASE("refused request: the fields behind what is wrong are known all the same", "[http]") {
  EchoServer server;
  const std::string long_line = "GET /" + std::string(30'000, 'x') + " HTTP/1.1\r\n";
  const std::string get = "GET /a HTTP/1.1\r\n";
  CHECK(refusal_of(server, long_line + kFields) == "414 " + kKnownFields);
  CHECK(refusal_of(server, "GET /% HTTP/1.1\r\n" + kFields) == "400 GET" + kKnownFields);
  CHECK(refusal_of(server, get + "X: " + std::string(30'000, 'x') + "\r\n" + kFields) ==
        "431 GET/a,X=" + kKnownFields);
  CHECK(refusal_of(server, get + "X: \x01\r\n" + kFields) == "400 GET/a,X=" + kKnownFields);
  CHECK(refusal_of(server, get + "X : y\r\n" + kFields) == "400 GET/a" + kKnownFields);
  CHECK(refusal_of(server, get + "Host: b\r\n" + kFields) == "400 GET/a" + kKnownFields);
  CHECK(refusal_of(server, get + "Expect: x\r\n" + kFields) == "417 GET/a" + kKnownFields);
  CHECK(refusal_of(server, "GET /a HTTP/1.1\n" + kFields) == "400 " + kKnownFields);
}

TEST_CASE("refused request: what is looked through for fields is bounded", "[http]") {
  EchoServer server;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "X: y\r\n";
  const std::string answer = refusal_of(server, "GET /a HTTP/1.1\r\n" + many + kFields);
  CHECK(answer.starts_with("431 GET/a,X=y"));
  CHECK(answer.ends_with(",?"));
  CHECK(answer.size() < 4000);
  CHECK(refusal_of(server, "GET /" + std::string(300'000, 'x') + " HTTP/1.1\r\n" + kFields) ==
        "414 ,?");
}

TEST_CASE("refused request: its head need not end for the answer to come", "[http]") {
  EchoServer server;
  CHECK(refusal_of(server, "GET /% HTTP/1.1\r\nOrigin: b\r\nAcc") == "400 GET,Origin=b,?");
  Client ended = server.connect();
  ended.send("GET /% HTTP/1.1\r\nOrigin: b\r\n");
  ended.end_sending();
  CHECK(body_of(ended.answer()) == "GET,Origin=b,?");
  // TLS has no head at all.
  CHECK(refusal_of(server, "\x16\x03\x01\x02") == "400 ");
}

TEST_CASE("refused request: a slow one is told so with what is known of it", "[http]") {
  FrontOptions options;
  options.header_timeout = 50ms;
  EchoServer server(options);
  CHECK(refusal_of(server, "GET /a HTTP/1.1\r\nOrigin: b\r\nAcc") == "408 GET/a,Origin=b,?");
}

TEST_CASE("refused request: its body is read to the end, so that no reset takes the answer",
          "[http]") {
  EchoServer server;
  constexpr std::size_t kLength = 12 << 20;
  Client client = server.connect();
  SECTION("announced") {
    client.send(post_of("/", kLength));
    client.send(std::string(kLength, 'x'));
  }
  SECTION("in chunks") {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 12; ++i) {
      client.send("100000\r\n" + std::string(1 << 20, 'x') + "\r\n");
    }
    client.send("0\r\n\r\n");
  }
  SECTION("expected") {
    client.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " +
                std::to_string(kLength) + "\r\n\r\n" + std::string(kLength, 'x'));
  }
  client.end_sending();
  CHECK(status_of(client.answer()) == "413");
  CHECK(client.rest().empty());
  CHECK_FALSE(client.was_reset());
}

TEST_CASE("refused request: while its body is thrown away others are served", "[http]") {
  EchoServer server;
  Client endless = server.connect();
  endless.send(post_of("/", 1 << 30));
  CHECK(status_of(endless.answer()) == "413");
  for (int i = 0; i < 16; ++i) {
    endless.send(std::string(1 << 20, 'x'));
    Client other = server.connect();
    other.send(get("/"));
    CHECK(body_of(other.answer()) == "GET/");
  }
  // More than 64 MiB are not read: the connection ends, and what is sent then fails.
  CHECK_THROWS([&] {
    for (int i = 0; i < 200; ++i) endless.send(std::string(1 << 20, 'x'));
  }());
}

TEST_CASE("refused request: how large a body may be is asked for its head", "[http]") {
  EchoServer server;
  const std::string body(EchoServer::kRoomy, 'x');
  Client client = server.connect();
  client.send(post("/roomy", body));
  CHECK((body_of(client.answer()) == "POST/roomy" + body));
  client.send("POST /roomy HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n" +
              body + "\r\n0\r\n\r\n");
  CHECK((body_of(client.answer()) == "POST/roomy" + body));
  // The next request on the connection has no more room than any.
  client.send(post("/", std::string(65'537, 'x')));
  CHECK(status_of(client.answer()) == "413");
  CHECK(refusal_of(server, post_of("/roomy", EchoServer::kRoomy + 1)).starts_with("413 "));
}

TEST_CASE("refused request: how large a body may be is asked for the owner, too", "[http]") {
  const TempFolder folder;
  FrontOptions options;
  options.control_path = folder.file("control.sock");
  options.max_large_bodies = 0;  // which is for everybody else
  EchoServer server(options);
  const std::string body(EchoServer::kRoomy, 'x');
  Client owner = Client::control(options.control_path);
  owner.send(post("/", body));
  CHECK((body_of(owner.answer()) == "POST/" + body));
}

TEST_CASE("refused request: large bodies are received a few at a time", "[http]") {
  FrontOptions options;
  options.max_large_bodies = 1;
  EchoServer server(options);
  const auto asking = [](std::size_t length) {
    return "POST /roomy HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: " +
           std::to_string(length) + "\r\n\r\n";
  };
  const std::string body(100'000, 'x');
  Client first = server.connect();
  first.send(asking(body.size()));
  CHECK(first.until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(refusal_of(server, asking(body.size())).starts_with("503 "));
  Client small = server.connect();
  small.send(post("/roomy", "x"));
  CHECK(body_of(small.answer()) == "POST/roomyx");
  first.send(body);
  CHECK((body_of(first.answer()) == "POST/roomy" + body));
  // The place is free once the first one is answered.
  Client next = server.connect();
  next.send(post("/roomy", body));
  CHECK((body_of(next.answer()) == "POST/roomy" + body));
}
