// What the front does when the process has no file descriptor left.
#include <fcntl.h>
#include <sys/resource.h>

#include <ctime>

#include "support/echo_server.h"
#include "support/log_capture.h"

using namespace promotions;
using namespace std::chrono_literals;
using namespace promotions::test;

namespace {

// Uses up the descriptors of this process, but for a few.
class Scarcity {
 public:
  explicit Scarcity(std::size_t left) {
    REQUIRE(getrlimit(RLIMIT_NOFILE, &before_) == 0);
    rlimit few = before_;
    few.rlim_cur = 256;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &few) == 0);
    for (;;) {
      FileDescriptor taken(open("/dev/null", O_RDONLY | O_CLOEXEC));
      if (!taken.is_open()) break;
      taken_.push_back(std::move(taken));
    }
    REQUIRE(taken_.size() > left);
    taken_.resize(taken_.size() - left);
  }
  ~Scarcity() { setrlimit(RLIMIT_NOFILE, &before_); }
  Scarcity(const Scarcity&) = delete;
  Scarcity& operator=(const Scarcity&) = delete;

  void end() { taken_.clear(); }

 private:
  rlimit before_{};
  std::vector<FileDescriptor> taken_;
};

std::chrono::nanoseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

TEST_CASE("front: without a descriptor left, a new client takes an idle one's place", "[front]") {
  EchoServer server;
  Client idle = server.connect();
  idle.send(get("/"));
  idle.answer();
  const Scarcity scarcity(1);  // for the client's end
  Client next = server.connect();
  next.send(get("/next"));
  CHECK(body_of(next.answer()) == "GET/next");
  CHECK(idle.has_ended());
}

TEST_CASE("front: the client that gets the last descriptor keeps it", "[front]") {
  EchoServer server;
  Client busy = server.connect();
  busy.send(get("/wait"));
  server.await_waiting(1);
  const Scarcity scarcity(2);  // for both ends
  Client last = server.connect();
  last.send(get("/last"));
  CHECK(body_of(last.answer()) == "GET/last");
  server.open_gate();
  CHECK(body_of(busy.answer()) == "GET/wait");
}

TEST_CASE("front: without a descriptor and an idle connection, a new client waits", "[front]") {
  const LogCapture log;
  FrontOptions options;
  options.header_timeout = 500ms;
  EchoServer server(options);
  Client busy = server.connect();
  busy.send(get("/wait"));
  server.await_waiting(1);
  Client half = server.connect();
  half.send("GET / HT");
  Client working = server.connect();
  working.send(get("/"));  // The loop has taken the half request too when this is answered.
  working.answer();
  working.send(get("/wait"));
  server.await_waiting(2);

  Scarcity scarcity(1);  // for the client's end
  Client next = server.connect();
  next.send(get("/next"));
  REQUIRE(log.wait_for("no file descriptor left"));
  const auto began = std::chrono::steady_clock::now();
  const auto used_before = processor_time();
  CHECK(status_of(half.answer()) == "408");
  const auto used = processor_time() - used_before;
  CHECK(used < (std::chrono::steady_clock::now() - began) / 10);

  SECTION("until a connection can be closed") {}
  SECTION("until descriptors are free") {
    scarcity.end();
  }
  CHECK(body_of(next.answer()) == "GET/next");
  CHECK(log.count("no file descriptor left") == 1);
  server.open_gate();
  CHECK(body_of(busy.answer()) == "GET/wait");
  CHECK(body_of(working.answer()) == "GET/wait");
}
