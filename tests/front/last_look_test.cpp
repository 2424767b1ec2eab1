// Idle connections are closed only after a last look: what arrived before is answered, not reset.
#include <chrono>
#include <semaphore>
#include <thread>

#include "support/catch.h"
#include "support/echo_server.h"
#include "support/event.h"

using namespace promotions;
using namespace promotions::test;
using namespace std::chrono_literals;

namespace {

// Handles "/hold" on the loop's thread until it is released, so that a test can do what happens in
// the middle of a turn of the loop: after it has asked for events, before it closes anything.
class HoldingServer {
 public:
  explicit HoldingServer(const FrontOptions& options)
      : front_(Front::listen(options, {[this](const FramedRequest& request, Responder responder) {
                                         if (request.target == "/hold") {
                                           held_.happen();
                                           release_.acquire();
                                         }
                                         responder.send({answer_with(request.target), false});
                                       },
                                       {}})) {
    front_->start();
  }
  ~HoldingServer() { release_.release(100); }

  Front& front() { return *front_; }
  Client connect() const { return Client::tcp(front_->port()); }
  // The loop has it back, idle, once it has answered the next one.
  Client connect_idle() const {
    Client client = connect();
    client.send(get("/"));
    client.answer();
    return client;
  }

  // Holds the loop at a request of `client`.
  void hold(Client& client) {
    client.send(get("/hold"));
    REQUIRE(held_.wait(++holds_));
  }
  // Lets the loop go on until it handles what `client` has sent meanwhile.
  void hold_next() {
    release_.release();
    REQUIRE(held_.wait(++holds_));
  }
  void release() { release_.release(); }

 private:
  Event held_;
  int holds_ = 0;
  std::counting_semaphore<200> release_{0};
  std::unique_ptr<Front> front_;  // last, so that its thread ends first
};

}  // namespace

TEST_CASE("last look: a request that comes as its idle connection runs out of time is answered",
          "[front]") {
  FrontOptions options;
  options.idle_timeout = 500ms;
  HoldingServer server(options);
  Client one = server.connect_idle();
  Client other = server.connect_idle();
  Client proxy = server.connect_idle();
  const auto end = std::chrono::steady_clock::now() + options.idle_timeout + 1ms;
  server.hold(one);
  other.send(get("/hold"));
  while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
  server.hold_next();  // the proxy's time is over in this turn, and nothing has come from it
  proxy.send(get("/late"));
  server.release();
  CHECK(body_of(proxy.answer()) == "/late");
  CHECK(body_of(one.answer()) == "/hold");
  CHECK(body_of(other.answer()) == "/hold");
}

TEST_CASE("last look: a request that comes as its idle connection makes room is answered",
          "[front]") {
  FrontOptions options;
  options.max_connections = 3;
  HoldingServer server(options);
  Client proxy = server.connect_idle();
  Client one = server.connect_idle();
  Client other = server.connect_idle();
  server.hold(one);
  other.send(get("/hold"));
  Client newcomer = server.connect();
  server.hold_next();  // the newcomer is taken in this turn, and nothing has come from the proxy
  proxy.send(get("/late"));
  newcomer.send(get("/new"));
  server.release();
  CHECK(body_of(proxy.answer()) == "/late");
  CHECK(body_of(newcomer.answer()) == "/new");
  CHECK(body_of(one.answer()) == "/hold");
  CHECK(one.has_ended());  // the oldest that is idle
  CHECK(body_of(other.answer()) == "/hold");
}

TEST_CASE("last look: what has arrived when a server is stopped is answered", "[front]") {
  HoldingServer server({});
  Client proxy = server.connect_idle();
  Client silent = server.connect_idle();
  Client one = server.connect_idle();
  server.hold(one);
  proxy.send(get("/late"));
  Client newcomer = server.connect();
  newcomer.send(get("/new"));
  Event stopping;
  std::thread stopper([&] {
    stopping.happen();
    server.front().stop(10s);
  });
  REQUIRE(stopping.wait(1));
  server.release();
  CHECK(body_of(proxy.answer()) == "/late");
  CHECK(body_of(newcomer.answer()) == "/new");
  CHECK(body_of(one.answer()) == "/hold");
  CHECK(silent.has_ended());
  for (Client* client : {&proxy, &newcomer, &one}) {
    client->end_sending();
    CHECK(client->has_ended());
    CHECK_FALSE(client->was_reset());
  }
  stopper.join();
}
