#include "http/body_stream.h"

#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <stdexcept>
#include <vector>

#include "http/streaming_server.h"
#include "support/catch.h"
#include "support/live_heap.h"
#include "support/log_capture.h"

using namespace promotions;
using namespace std::chrono_literals;
using namespace promotions::test;

namespace {

constexpr std::uint64_t kLarge =
    20'000'003;  // more than kernels keep, and no whole number of blocks
constexpr std::uint64_t kSmall = 3 * kBlockBytes + 7;

StreamingServer::MakeBody text_of(Sources& sources, std::uint64_t size) {
  return [&sources, size] { return StreamedBody{"text/plain", size, TextSource(sources, size)}; };
}

// Whose second block waits to be let go.
struct HeldSource {
  StreamingServer::MakeBody body(std::uint64_t size) {
    return [this, size] {
      return StreamedBody{"text/plain", size,
                          [this, blocks = 0, text = TextSource(sources, size)]() mutable {
                            if (++blocks == 2) {
                              is_held.happen();
                              if (!let_go.wait()) throw std::runtime_error("it was never let go");
                            }
                            return text();
                          }};
    };
  }

  Sources sources;
  Event is_held;
  Event let_go;
};

}  // namespace

TEST_CASE("stream: large bodies arrive byte for byte, and no more than blocks are in memory",
          "[http]") {
  Sources sources;
  std::atomic<std::size_t> most = 0;
  const auto large = [&] {
    return StreamedBody{"text/plain", kLarge,
                        [&most, text = TextSource(sources, kLarge)]() mutable {
                          most = std::max(most.load(), live_heap());
                          return text();
                        }};
  };
  StreamingServer server(large);
  std::vector<Client> clients;
  for (int i = 0; i < 2; ++i) clients.push_back(server.connect());
  server.await_turn();
  text_at(0, 0);  // makes the bytes that all are taken from
  const std::size_t before = live_heap();

  std::vector<BodyReader> readers;
  for (Client& client : clients) client.send(get("/stream"));
  for (Client& client : clients) readers.emplace_back(client);
  for (std::uint64_t length = 0; length < kLarge; length += kBlockBytes) {
    for (BodyReader& reader : readers) REQUIRE(reader.read_to(length));
  }
  for (BodyReader& reader : readers) {
    REQUIRE(reader.read_to(kLarge));
    CHECK(reader.is_right());
    CHECK(reader.length() == kLarge);
  }
  CHECK(most < before + 2'000'000);
  CHECK(sources.gone.wait(2));
}

TEST_CASE("stream: the next request is answered behind the last byte", "[http]") {
  Sources sources;
  StreamingServer server(text_of(sources, kSmall));
  Client client = server.connect();
  client.send(get("/1") + get("/stream") + get("/2") + get("/stream") + get("/stream"));
  CHECK(body_of(client.answer()) == "/1");
  CHECK(body_of(client.answer()) == text_at(0, kSmall));
  CHECK(body_of(client.answer()) == "/2");
  CHECK(body_of(client.answer()) == text_at(0, kSmall));
  CHECK(body_of(client.answer()) == text_at(0, kSmall));
  client.send(get("/3"));
  CHECK(body_of(client.answer()) == "/3");
  CHECK(sources.gone.count() == 3);
}

TEST_CASE("stream: a connection that is to end does so behind the last byte", "[http]") {
  Sources sources;
  StreamingServer server(text_of(sources, kSmall));
  Client client = server.connect();
  client.send(GENERATE(std::string("GET /stream HTTP/1.0\r\n\r\n"),
                       get("/stream", "Connection: close\r\n")) +
              get("/never"));
  CHECK(body_of(client.answer()) == text_at(0, kSmall));
  CHECK(client.has_ended());
}

TEST_CASE("stream: a body of one byte is a block, an empty one needs none", "[http]") {
  Sources sources;
  const std::uint64_t size = GENERATE(0u, 1u);
  StreamingServer server(text_of(sources, size));
  Client client = server.connect();
  client.send(get("/stream") + get("/next"));
  CHECK(body_of(client.answer()) == text_at(0, size));
  CHECK(body_of(client.answer()) == "/next");
  CHECK(sources.made.count() == static_cast<int>(size));
  CHECK(sources.gone.count() == 1);
}

TEST_CASE("stream: clients that do not read hold no worker", "[http]") {
  Sources sources;
  StreamingServer server(text_of(sources, kLarge));
  std::vector<Client> stuck;
  for (int i = 0; i < 3; ++i) {
    stuck.push_back(server.connect());
    stuck.back().shrink_receive_buffer();
    stuck.back().send(get("/stream"));
    stuck.back().await_input();
  }
  Client reads = server.connect();
  reads.send(get("/stream"));
  BodyReader reader(reads);
  CHECK(reader.read_to(kLarge));
  CHECK(reader.is_right());
}

TEST_CASE("stream: a client that reads slowly is served, however long it takes", "[http]") {
  Sources sources;
  FrontOptions options;
  options.header_timeout = 75ms;
  options.request_timeout = 1'000ms;
  StreamingServer server(text_of(sources, kLarge), options);
  const auto began = std::chrono::steady_clock::now();
  Client slow = server.connect();
  slow.send(get("/stream"));
  BodyReader reader(slow);
  for (std::uint64_t length = 0; length < kLarge; length += 1'000'000) {
    REQUIRE(reader.read_to(length));
    Client silent = server.connect();
    CHECK(silent.has_ended());  // some header_timeout later
  }
  CHECK(reader.read_to(kLarge));
  CHECK(reader.is_right());
  CHECK(std::chrono::steady_clock::now() - began > options.request_timeout);
}

TEST_CASE("stream: the time that a block takes to make is not the client's", "[http]") {
  HeldSource held;
  FrontOptions options;
  options.request_timeout = 20ms;
  options.idle_timeout = 100ms;
  StreamingServer server(held.body(kSmall), options);
  Client waits = server.connect();
  waits.send(get("/stream"));
  REQUIRE(held.is_held.wait());
  Client other = server.connect();
  other.send(get("/"));
  other.answer();
  CHECK(other.has_ended());  // of being idle, for longer than a request may take
  held.let_go.happen();
  CHECK(body_of(waits.answer()) == text_at(0, kSmall));
}

TEST_CASE("stream: a client that never reads is ended, and its source with it", "[http]") {
  Sources sources;
  FrontOptions options;
  options.request_timeout = 50ms;
  StreamingServer server(text_of(sources, kLarge), options);
  Client never = server.connect();
  never.shrink_receive_buffer();
  never.send(get("/stream"));
  CHECK_NOTHROW(never.await_hang_up());
  CHECK(sources.gone.wait());
  CHECK(static_cast<std::uint64_t>(sources.made.count()) < kLarge / kBlockBytes);
}

TEST_CASE("stream: a client that goes away takes its source with it", "[http]") {
  Sources sources;
  StreamingServer server(text_of(sources, kLarge));
  {
    Client client = server.connect();
    client.shrink_receive_buffer();
    client.send(get("/stream"));
    BodyReader reader(client);
    CHECK(reader.read());
  }
  CHECK(sources.gone.wait());
  CHECK(static_cast<std::uint64_t>(sources.made.count()) < kLarge / kBlockBytes);
}

TEST_CASE("stream: a client may go away while its next block is made", "[http]") {
  HeldSource held;
  StreamingServer server(held.body(kLarge));
  {
    Client client = server.connect();
    client.send(get("/stream"));
    REQUIRE(held.is_held.wait());
  }
  server.await_turn();  // The loop knows by now.
  CHECK(held.sources.gone.count() == 0);
  held.let_go.happen();
  CHECK(held.sources.gone.wait());
  CHECK(static_cast<std::uint64_t>(held.sources.made.count()) < kLarge / kBlockBytes);
}

TEST_CASE("stream: a connection whose answer is under way makes no room for another", "[http]") {
  HeldSource held;
  FrontOptions options;
  options.max_connections = 1;
  StreamingServer server(held.body(kSmall), options);
  Client client = server.connect();
  client.send(get("/stream"));
  REQUIRE(held.is_held.wait());
  Client refused = server.connect();
  CHECK(body_of(refused.answer()) == "503");
  held.let_go.happen();
  CHECK(body_of(client.answer()) == text_at(0, kSmall));
}

TEST_CASE("stream: a source that fails ends the connection behind what it made", "[http]") {
  LogCapture log;
  Sources sources;
  const auto [reason, third] =
      GENERATE(std::pair("the disk is gone", std::optional<std::string>()),
               std::pair("a block of 0 bytes; expected 1..7", std::optional(std::string())),
               std::pair("a block of 8 bytes; expected 1..7", std::optional(std::string(8, 'x'))));
  constexpr std::uint64_t kMade = 2 * kBlockBytes;
  const auto failing = [&sources, third = third, blocks = 0] {
    return StreamedBody{"text/plain", kMade + 7,
                        [third, blocks, text = TextSource(sources, kMade)]() mutable {
                          if (++blocks < 3) return text();
                          if (!third) throw std::runtime_error("the disk is gone");
                          return *third;
                        }};
  };
  StreamingServer server(failing);
  Client client = server.connect();
  client.send(get("/stream") + get("/never"));
  CHECK(client.until("\r\n\r\n").find("Content-Length: 131079\r\n") != std::string::npos);
  CHECK(client.rest() == text_at(0, kMade));
  CHECK(sources.gone.count() == 1);
  CHECK(log.has("request=r1 its answer ended at byte 131072 of 131079: " + std::string(reason)));
}

TEST_CASE("stream: stop lets a body that is read come to its end", "[http]") {
  HeldSource held;
  StreamingServer server(held.body(kLarge));
  Client idle = server.connect();
  Client client = server.connect();
  client.send(get("/stream"));
  REQUIRE(held.is_held.wait());
  auto stopped = std::async(std::launch::async, [&server] { server.front().stop(20s); });
  CHECK(idle.has_ended());  // because of the stop
  held.let_go.happen();
  BodyReader reader(client);
  CHECK(reader.read_to(kLarge));
  CHECK(reader.is_right());
  CHECK(client.has_ended());
  stopped.get();
  CHECK(held.sources.gone.count() == 1);
}

TEST_CASE("stream: stop ends a body that nobody reads", "[http]") {
  Sources sources;
  StreamingServer server(text_of(sources, kLarge));
  Client client = server.connect();
  client.send(get("/stream"));
  client.await_input();
  server.front().stop(10ms);
  CHECK(sources.gone.count() == 1);
  BodyReader reader(client);
  while (reader.read()) continue;
  CHECK(reader.length() < kLarge);
  CHECK(reader.is_right());
}

TEST_CASE("stream: stop waits for the block that is being made, and ends behind it", "[http]") {
  HeldSource held;
  StreamingServer server(held.body(kLarge));
  Client idle = server.connect();
  Client client = server.connect();
  client.send(get("/stream"));
  REQUIRE(held.is_held.wait());
  auto stopped = std::async(std::launch::async, [&server] { server.front().stop(0ms); });
  CHECK(idle.has_ended());  // because of the stop
  CHECK(held.sources.gone.count() == 0);
  held.let_go.happen();
  stopped.get();
  CHECK(held.sources.gone.count() == 1);
  BodyReader reader(client);
  while (reader.read()) continue;
  CHECK(reader.length() < kLarge);
  CHECK(reader.is_right());
}
