#include "promotions/front/front.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "promotions/base/errors.h"
#include "support/catch.h"
#include "support/echo_server.h"
#include "support/live_heap.h"

using namespace promotions;
using namespace std::chrono_literals;
using namespace promotions::test;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "promotions-front-XXXXXX";
    path_ = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::filesystem::path path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("front: a connection serves one request after the other", "[front]") {
  EchoServer server;
  Client client = server.connect();
  for (const std::string path : {"/1", "/2", "/3"}) {
    client.send(post(path, "body"));
    CHECK(body_of(client.answer()) == "POST" + path + "body");
  }
}

TEST_CASE("front: pipelined requests are answered in order", "[front]") {
  EchoServer server;
  Client client = server.connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += post("/" + std::to_string(i), "body");
  client.send(requests);
  for (int i = 0; i < 500; ++i) {
    REQUIRE(body_of(client.answer()) == "POST/" + std::to_string(i) + "body");
  }
}

TEST_CASE("front: a request may come byte by byte, its body in chunks", "[front]") {
  EchoServer server;
  Client client = server.connect();
  const std::string request =
      "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
      "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
  for (const char byte : request) client.send({&byte, 1});
  CHECK(body_of(client.answer()) == "PUT/abc");
}

TEST_CASE("front: HTTP/1.0 and Connection decide whether the connection lives on", "[front]") {
  EchoServer server;
  const std::string once = GENERATE(std::string("GET / HTTP/1.0\r\n\r\n"),
                                    get("/", "Connection: close\r\n"), get("/close"));
  Client client = server.connect();
  client.send(once + get("/never"));
  CHECK(status_of(client.answer()) == "200");
  CHECK(client.has_ended());

  Client kept = server.connect();
  for (int i = 0; i < 2; ++i) {
    kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    CHECK(body_of(kept.answer()) == "GET/");
  }
}

TEST_CASE("front: a connection that is kept does not keep what it was sent", "[front]") {
  constexpr std::size_t kClients = 50;
  constexpr std::size_t kBody = 60'000;
  EchoServer server;
  std::vector<Client> clients;
  for (std::size_t i = 0; i < kClients; ++i) clients.push_back(server.connect());
  const auto ask_all = [&](const std::string& request) {
    for (Client& client : clients) {
      client.send(request);
      REQUIRE(status_of(client.answer()) == "200");
    }
  };
  ask_all(get("/"));
  const std::size_t before = live_heap();
  ask_all(post("/", std::string(kBody, 'x')));
  ask_all(get("/"));  // when it is answered, all of the former request is over
  CHECK(live_heap() < before + kClients * kBody / 10);
}

TEST_CASE("front: a client that ended its side is answered all the same", "[front]") {
  EchoServer server;
  Client client = server.connect();
  client.send(get("/a") + get("/b"));
  client.end_sending();
  CHECK(body_of(client.answer()) == "GET/a");
  CHECK(body_of(client.answer()) == "GET/b");
  CHECK(client.has_ended());
}

TEST_CASE("front: a client that asks is told to send its body", "[front]") {
  EchoServer server;
  Client client = server.connect();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  CHECK(body_of(client.answer()) == "POST/body");
}

TEST_CASE("front: what is refused gets an answer, then the connection ends", "[front]") {
  EchoServer server;
  Client client = server.connect();
  client.send("GET / HTTP/1.1\r\n\r\n" + get("/smuggled"));
  const std::string answer = client.answer();
  CHECK(status_of(answer) == "400");
  CHECK(client.has_ended());
}

TEST_CASE("front: a body that is too large is refused while it still comes", "[front]") {
  EchoServer server;
  Client client = server.connect();
  client.send(post("/", std::string(1 << 20, 'x')));
  CHECK(status_of(client.answer()) == "413");
  CHECK(client.has_ended());
}

TEST_CASE("front: a slow head or body is ended with 408, silence without a word", "[front]") {
  FrontOptions options;
  options.header_timeout = 50ms;
  options.request_timeout = 100ms;
  EchoServer server(options);
  Client silent = server.connect();
  Client empty_lines = server.connect();
  empty_lines.send("\r\n\r\n");
  Client head = server.connect();
  head.send("GET / HT");
  Client body = server.connect();
  body.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbod");
  CHECK(silent.has_ended());
  CHECK(empty_lines.has_ended());
  CHECK(status_of(head.answer()) == "408");
  CHECK(head.has_ended());
  CHECK(status_of(body.answer()) == "408");
  CHECK(body.has_ended());
}

TEST_CASE("front: a connection kept alive without a request is ended", "[front]") {
  FrontOptions options;
  options.idle_timeout = 50ms;
  EchoServer server(options);
  Client client = server.connect();
  client.send(get("/"));
  client.answer();
  CHECK(client.has_ended());
}

TEST_CASE("front: a client that reads slowly gets all of a large answer", "[front]") {
  EchoServer server;
  Client client = server.connect();
  client.send(get("/large") + get("/next"));
  const bool is_whole = body_of(client.answer()).size() == EchoServer::kLarge;
  CHECK(is_whole);
  CHECK(body_of(client.answer()) == "GET/next");
}

TEST_CASE("front: requests that wait for their answers hold no worker", "[front]") {
  FrontOptions options;
  EchoServer server(options);
  std::vector<Client> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(server.connect());
    waiting.back().send(get("/wait"));
  }
  server.await_waiting(20);
  Client other = server.connect();
  other.send(get("/"));
  CHECK(body_of(other.answer()) == "GET/");
  server.open_gate();
  for (Client& client : waiting) CHECK(body_of(client.answer()) == "GET/wait");
}

TEST_CASE("front: a request that its handler drops ends the connection", "[front]") {
  EchoServer server;
  Client client = server.connect();
  client.send(get("/dropped"));
  CHECK(client.has_ended());
}

TEST_CASE("front: a client that vanishes before its answer costs nothing", "[front]") {
  FrontOptions options;
  options.max_connections = 1;
  EchoServer server(options);
  {
    Client vanishes = server.connect();
    vanishes.send(get("/wait"));
    server.await_waiting(1);
  }
  server.open_gate();
  // Its place is free once the answer could not be sent.
  std::string status;
  while (status != "200") {
    Client next = server.connect();
    next.send(get("/"));
    status = status_of(next.answer());
    CHECK((status == "200" || status == "503"));
  }
}

TEST_CASE("front: a client that never reads is ended and holds no worker", "[front]") {
  FrontOptions options;
  options.request_timeout = 50ms;
  options.idle_timeout = 500ms;
  EchoServer server(options);
  Client never = server.connect();
  never.shrink_receive_buffer();
  never.send(get("/large"));
  Client other = server.connect();
  other.send(get("/"));
  CHECK(body_of(other.answer()) == "GET/");
  // Idle for longer than the never-reading one has, so its end is the later one.
  CHECK(other.has_ended());
  CHECK(never.rest().size() < EchoServer::kLarge);
}

TEST_CASE("front: a client that never reads is ended though the kernel took its whole answer",
          "[front]") {
  FrontOptions options;
  options.request_timeout = 50ms;
  options.idle_timeout = 50ms;
  EchoServer server(options);
  Client never = server.connect();
  never.shrink_receive_buffer();
  never.send(get("/medium", GENERATE("", "Connection: close\r\n")));
  CHECK_NOTHROW(never.await_hang_up());
}

TEST_CASE("front: a client that never reads is told when its idle connection makes room",
          "[front]") {
  FrontOptions options;
  options.max_connections = 1;
  EchoServer server(options);
  Client never = server.connect();
  never.shrink_receive_buffer();
  never.send(get("/medium"));
  never.await_input();
  Client next = server.connect();
  CHECK_NOTHROW(never.await_hang_up());
  next.send(get("/"));
  CHECK(body_of(next.answer()) == "GET/");
}

TEST_CASE("front: a client that begins to read late gets all that the kernel took", "[front]") {
  FrontOptions options;
  options.idle_timeout = 50ms;
  EchoServer server(options);
  Client late = server.connect();
  late.send(get("/medium"));
  late.await_input();
  Client other = server.connect();
  other.send(get("/"));
  other.answer();
  CHECK(other.has_ended());  // of being idle, for which the late one was so before
  CHECK(body_of(late.answer()).size() == EchoServer::kMedium);
}

TEST_CASE("front: beyond max_connections the oldest idle one is closed", "[front]") {
  const Folder folder;
  FrontOptions options;
  options.max_connections = 2;
  options.control_path = folder.path() / "control.sock";
  EchoServer server(options);
  Client busy = server.connect();
  busy.send(get("/wait"));
  server.await_waiting(1);
  Client idle = server.connect();
  idle.send(get("/"));
  idle.answer();
  // The loop has the idle connection back once it has answered another request.
  Client owner = Client::control(options.control_path);
  owner.send(get("/"));
  owner.answer();
  Client newest = server.connect();
  CHECK(idle.has_ended());
  newest.send(get("/"));
  CHECK(body_of(newest.answer()) == "GET/");
  server.open_gate();
  CHECK(body_of(busy.answer()) == "GET/wait");
}

TEST_CASE("front: a connection too many, with none idle, is told so", "[front]") {
  FrontOptions options;
  options.max_connections = 1;
  EchoServer server(options);
  Client busy = server.connect();
  busy.send(get("/wait"));
  server.await_waiting(1);
  Client refused = server.connect();
  const std::string answer = refused.answer();
  CHECK(status_of(answer) == "503");
  CHECK(refused.has_ended());
}

TEST_CASE("front: a thousand idle connections leave the working one alone", "[front]") {
  EchoServer server;
  std::vector<Client> idle;
  for (int i = 0; i < 1000; ++i) {
    idle.push_back(server.connect());
    if (i % 2 == 0) idle.back().send("GET /");
  }
  Client working = server.connect();
  for (int i = 0; i < 100; ++i) {
    working.send(get("/"));
    REQUIRE(body_of(working.answer()) == "GET/");
  }
  idle[0].send(" HTTP/1.1\r\nHost: a\r\n\r\n");
  CHECK(body_of(idle[0].answer()) == "GET/");
}

TEST_CASE("front: many connections work at the same time", "[front]") {
  FrontOptions options;
  EchoServer server(options);
  std::vector<std::future<int>> clients;
  for (int i = 0; i < 16; ++i) {
    clients.push_back(std::async(std::launch::async, [&server, i] {
      Client client = server.connect();
      int right = 0;
      for (int j = 0; j < 200; ++j) {
        const std::string body = std::to_string(i) + "-" + std::to_string(j);
        client.send(post("/", body));
        right += body_of(client.answer()) == "POST/" + body ? 1 : 0;
      }
      return right;
    }));
  }
  for (auto& client : clients) CHECK(client.get() == 200);
}

TEST_CASE("front: clients that vanish disturb nobody", "[front]") {
  EchoServer server;
  for (int i = 0; i < 50; ++i) {
    server.connect();
    Client asked = server.connect();
    asked.send(get("/"));
    Client half = server.connect();
    half.send("POST / HTTP/1.1\r\nHost");
  }
  Client client = server.connect();
  client.send(get("/"));
  CHECK(body_of(client.answer()) == "GET/");
}

TEST_CASE("front: the control socket is the owner's, whatever its path's length", "[front]") {
  const Folder folder;
  const auto deep = folder.path() / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  FrontOptions options;
  options.control_path = deep / "control.sock";
  options.max_connections = 1;
  {
    EchoServer server(options);
    struct stat status {};
    REQUIRE(stat(options.control_path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    Client busy = server.connect();
    busy.send(get("/wait"));
    server.await_waiting(1);
    Client owner = Client::control(options.control_path);
    owner.send(get("/peer"));
    CHECK(body_of(owner.answer()) == "control");
  }
  CHECK_FALSE(std::filesystem::exists(options.control_path));
}

TEST_CASE("front: a stale control socket is replaced, another file is not", "[front]") {
  const Folder folder;
  FrontOptions options;
  options.host = "";
  options.control_path = folder.path() / "control.sock";
  const FrontHandlers handlers;
  {
    const auto front = Front::listen(options, handlers);
    CHECK(front->port() == 0);
    std::filesystem::create_hard_link(options.control_path, folder.path() / "copy");
  }
  std::filesystem::rename(folder.path() / "copy", options.control_path);
  CHECK_NOTHROW(Front::listen(options, handlers));
  std::ofstream(options.control_path) << "precious";
  CHECK_THROWS_AS(Front::listen(options, handlers), UserError);
  CHECK(std::filesystem::exists(options.control_path));
}

TEST_CASE("front: stop lets a request in flight finish and ends the idle", "[front]") {
  EchoServer server;
  Client idle = server.connect();
  idle.send(get("/"));
  idle.answer();
  Client busy = server.connect();
  busy.send(get("/wait"));
  server.await_waiting(1);
  auto stopped = std::async(std::launch::async, [&server] { server.front().stop(20s); });
  CHECK(idle.has_ended());
  CHECK_THROWS(server.connect());
  server.open_gate();
  CHECK(body_of(busy.answer()) == "GET/wait");
  CHECK(busy.has_ended());
  stopped.get();
  server.front().stop(0ms);
}

TEST_CASE("front: stop ends what outlasts its grace", "[front]") {
  EchoServer server;
  Client half = server.connect();
  half.send("GET / HT");
  Client working = server.connect();
  working.send(get("/"));  // The loop has taken the half request too when this is answered.
  working.answer();
  server.front().stop(10ms);
  CHECK(half.has_ended());
}

TEST_CASE("front: what was never started stops", "[front]") {
  const auto front = Front::listen({}, {});
  const int port = front->port();
  front->stop(0ms);
  CHECK_THROWS(Client::tcp(port));
}

TEST_CASE("front: hosts are names, IPv4 and IPv6 addresses", "[front]") {
  FrontOptions options;
  options.host = GENERATE("localhost", "127.0.0.1", "0.0.0.0", "::1", "::");
  EchoServer server(options);
  Client client = Client::tcp(server.port(), options.host == "::1" ? "::1" : "127.0.0.1");
  client.send(get("/peer"));
  CHECK(body_of(client.answer()) == (options.host == "::1" ? "::1" : "127.0.0.1"));
}

TEST_CASE("front: an address that cannot be had is the user's to mend", "[front]") {
  const EchoServer server;
  FrontOptions options;
  options.port = server.port();
  try {
    Front::listen(options, {});
    FAIL("two servers listen on one port");
  } catch (const UserError& error) {
    CHECK(std::string(error.what()) ==
          "127.0.0.1:" + std::to_string(server.port()) +
              ": address already in use; stop the other program or choose another port");
  }
  options.host = "no-such-host.invalid";
  CHECK_THROWS_AS(Front::listen(options, {}), UserError);
}
