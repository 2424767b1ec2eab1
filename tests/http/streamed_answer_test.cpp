// Streamed bodies behind the whole pipeline: what their heads say, and what becomes of trouble.
#include <stdexcept>
#include <string>

#include "http/pipeline.h"
#include "http/streaming_server.h"
#include "support/catch.h"
#include "support/fixed_random.h"
#include "support/log_capture.h"
#include "support/manual_clock.h"
#include "support/temp_folder.h"

using namespace promotions;
using namespace promotions::test;

namespace {

constexpr std::uint64_t kSize = 2 * kBlockBytes + 65;
constexpr std::uint64_t kEndless = 5'000'000'000;

// Streams kSize bytes from both kinds of handlers, and much more from "/endless".
struct ListServer {
  ListServer() { front->start(); }

  Client connect() const { return Client::tcp(front->port()); }

  Answer list(std::uint64_t size) {
    return {200, StreamedBody{"text/plain", size, TextSource(sources, size)}, {}, {{"ETag", "e"}}};
  }

  Answer broken() {
    auto source = [text = TextSource(sources, kSize), blocks = 0]() mutable {
      if (++blocks == 2) throw StorageUnavailable("the disk is gone");
      return text();
    };
    return {200, StreamedBody{"text/plain", kSize, std::move(source)}, {}, {}};
  }

  std::vector<Route> routes() {
    constexpr Audience anybody = Audience::anybody;
    return {
        {"GET", "/patient", anybody,
         PatientHandler([this](const Request&) { return list(kSize); })},
        {"GET", "/page", Audience::participant,
         PatientHandler([this](const Request&) { return list(kSize); }), Pages::where_asked},
        {"GET", "/endless", anybody,
         PatientHandler([this](const Request&) { return list(kEndless); })},
        {"GET", "/broken", anybody, PatientHandler([this](const Request&) { return broken(); })},
        {"GET", "/swift", anybody, SwiftHandler([this](const Request&, PendingReply reply) {
           reply.send_later([this] { return list(kSize); });
         })},
    };
  }

  static HttpOptions http_options() {
    HttpOptions options;
    options.workers = 1;
    return options;
  }

  LogCapture log;
  Sources sources;
  TempFolder folder;
  ManualClock clock;
  FixedRandom random;
  PageRenderer pages;
  Storage storage{{.path = folder.file("promotions.db")}};
  Accounts accounts{storage, clock, random};
  Pipeline pipeline{http_options(), {accounts, pages, clock, random}, Router(routes())};
  std::unique_ptr<Front> front =
      Front::listen({}, {[this](const FramedRequest& framed, Responder responder) {
                      pipeline.handle(framed, std::move(responder));
                    }});
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("streamed answer: its head is that of any answer, with its type and length", "[http]") {
  ListServer server;
  Client client = server.connect();
  client.send(
      get(GENERATE("/patient", "/swift", "/page"), "X-Request-Id: r1\r\nAccept: text/html\r\n"));
  const std::string head = client.until("\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(contains(head, "\r\nContent-Type: text/plain\r\n"));
  CHECK(contains(head, "\r\nContent-Length: 131137\r\n"));
  CHECK(contains(head, "\r\nX-Request-Id: r1\r\n"));
  CHECK(contains(head, "\r\nX-Content-Type-Options: nosniff\r\n"));
  CHECK(contains(head, "\r\nCache-Control: no-store\r\n"));
  CHECK(contains(head, "\r\nETag: e\r\n"));
  CHECK_FALSE(contains(head, "Transfer-Encoding"));
  BodyReader reader(client, BodyReader::At::body);
  CHECK(reader.read_to(kSize));
  CHECK(reader.is_right());
  client.send(get("/swift"));
  CHECK(body_of(client.answer()) == text_at(0, kSize));
}

TEST_CASE("streamed answer: HEAD is told the length, and nothing is made", "[http]") {
  ListServer server;
  Client client = server.connect();
  client.send("HEAD /endless HTTP/1.1\r\nHost: a\r\n\r\n" + get("/swift"));
  CHECK(contains(client.answer(false), "\r\nContent-Length: 5000000000\r\n"));
  CHECK(body_of(client.answer()) == text_at(0, kSize));
  CHECK(server.sources.made.count() == 3);  // of the second answer
  CHECK(server.sources.gone.count() == 2);
}

TEST_CASE("streamed answer: a client of HTTP/1.0 may keep its connection", "[http]") {
  ListServer server;
  Client client = server.connect();
  for (int i = 0; i < 2; ++i) {
    client.send("GET /patient HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const std::string answer = client.answer();
    CHECK(contains(answer, "\r\nConnection: keep-alive\r\n"));
    CHECK(body_of(answer) == text_at(0, kSize));
  }
  client.send("GET /patient HTTP/1.0\r\n\r\n");
  const std::string last = client.answer();
  CHECK(contains(last, "\r\nConnection: close\r\n"));
  CHECK(body_of(last) == text_at(0, kSize));
  CHECK(client.has_ended());
}

TEST_CASE("streamed answer: what fails amid it is logged with its request", "[http]") {
  ListServer server;
  Client client = server.connect();
  client.send(get("/broken", "X-Request-Id: r2\r\n"));
  client.until("\r\n\r\n");
  CHECK(client.rest() == text_at(0, kBlockBytes));
  CHECK(server.log.has("request=r2 its answer ended at byte 65536 of 131137: the disk is gone"));
}

TEST_CASE("streamed answer: the server stops amid it", "[http]") {
  ListServer server;
  Client client = server.connect();
  client.send(get("/endless"));
  client.await_input();
  server.front->stop(Millis{10});
  CHECK(server.sources.gone.count() == 1);
  BodyReader reader(client);
  while (reader.read()) continue;
  CHECK(reader.is_right());
}
