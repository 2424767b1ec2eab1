// A front with a handler that tests can foresee, and the requests and answers to go with it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "promotions/front/front.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/test_client.h"

namespace promotions::test {

inline std::string get(const std::string& path, const std::string& fields = "") {
  return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& path, const std::string& body) {
  return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

inline std::string answer_with(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

inline std::string body_of(const std::string& answer) {
  return answer.substr(answer.find("\r\n\r\n") + 4);
}

inline std::string status_of(const std::string& answer) {
  return answer.substr(9, 3);
}

// Answers with what it was asked, "/wait" once the gate is open, "/large" with more and "/medium"
// with less than the kernel keeps for a client that does not read.
class EchoServer {
 public:
  explicit EchoServer(const FrontOptions& options = {})
      : front_(Front::listen(options, {[this](const FramedRequest& request, Responder responder) {
                                         handle(request, std::move(responder));
                                       },
                                       [](const FramedRequest& head) {
                                         const bool has_room =
                                             head.control || head.target == "/roomy";
                                         return has_room ? kRoomy : std::size_t{0};
                                       }})) {
    front_->start();
  }
  ~EchoServer() { open_gate(); }

  Front& front() { return *front_; }
  int port() const { return front_->port(); }
  Client connect() const { return Client::tcp(port()); }

  void open_gate() {
    std::vector<Waiting> waiting;
    {
      const std::lock_guard lock(mutex_);
      is_open_ = true;
      waiting.swap(waiting_);
    }
    for (Waiting& one : waiting) {
      one.responder.send_later([answer = std::move(one.answer)] {
        return FramedAnswer{answer, false};
      });
    }
  }
  void await_waiting(int count) { REQUIRE(arrived_.wait(count)); }

  static constexpr std::size_t kLarge = 16 << 20;
  static constexpr std::size_t kMedium = 400'000;
  static constexpr std::size_t kRoomy = 1 << 20;  // bytes of body that "/roomy" takes

 private:
  struct Waiting {
    std::string answer;
    Responder responder;
  };

  void handle(const FramedRequest& request, Responder responder) {
    if (request.refusal) return responder.send(refuse(request));
    if (request.target == "/dropped") return;
    if (request.target == "/wait") {
      const std::lock_guard lock(mutex_);
      if (!is_open_) {
        waiting_.push_back({answer(request).bytes, std::move(responder)});
        arrived_.happen();
        return;
      }
    }
    responder.send(answer(request));
  }

  static FramedAnswer answer(const FramedRequest& request) {
    if (request.target == "/large") return {answer_with(std::string(kLarge, 'x')), false};
    if (request.target == "/medium") return {answer_with(std::string(kMedium, 'x')), false};
    if (request.target == "/peer") {
      return {answer_with(request.control ? "control" : request.peer_address), false};
    }
    return {answer_with(request.method + request.target + request.body),
            request.target == "/close"};
  }

  // Tells what is known of the request: its line and its fields, each behind a comma.
  static FramedAnswer refuse(const FramedRequest& request) {
    std::string known = request.method + request.target;
    for (const HeaderField& field : request.fields) known += "," + field.name + "=" + field.value;
    if (!request.has_whole_head) known += ",?";
    return {"HTTP/1.1 " + std::to_string(static_cast<int>(request.refusal->reason)) +
            " Refused\r\nContent-Length: " + std::to_string(known.size()) +
            "\r\nConnection: close\r\n\r\n" + known};
  }

  Event arrived_;
  std::mutex mutex_;
  std::vector<Waiting> waiting_;  // guarded by mutex_
  bool is_open_ = false;          // guarded by mutex_
  std::unique_ptr<Front> front_;  // last, so that its threads end first
};

}  // namespace promotions::test
