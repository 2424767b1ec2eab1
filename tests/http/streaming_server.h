// A front whose answers to "/stream" are made block by block, and what tests need to follow them.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/body_stream.h"
#include "http/worker_pool.h"
#include "support/echo_server.h"
#include "support/event.h"
#include "support/test_client.h"

namespace promotions::test {

// Bytes that tell their place, so that none can be missing, doubled or out of order unseen: they
// come again after a million, which no number of blocks is. At most that many.
inline std::string text_at(std::uint64_t begin, std::uint64_t length) {
  constexpr std::uint64_t kPeriod = 1'000'003;
  static const std::string text = [] {
    std::string numbers;
    for (int i = 0; numbers.size() < kPeriod; ++i) numbers += std::to_string(i) + "\n";
    numbers.resize(kPeriod);
    return numbers + numbers;
  }();
  return text.substr(begin % kPeriod, length);
}

// What is known of the sources of a server's streamed bodies. Thread-safe.
struct Sources {
  Event made;  // a block
  Event gone;  // a source
};

// Makes `size` bytes of text_at(), in blocks. Move-only; tells when it is destroyed.
class TextSource {
 public:
  TextSource(Sources& sources, std::uint64_t size)
      : size_(size), life_(&sources, [](Sources* held) { held->gone.happen(); }) {}

  std::string operator()() {
    const auto length = std::min<std::uint64_t>(kBlockBytes, size_ - made_);
    std::string block = text_at(made_, length);
    made_ += length;
    life_->made.happen();
    return block;
  }

 private:
  std::uint64_t size_;
  std::uint64_t made_ = 0;
  std::unique_ptr<Sources, void (*)(Sources*)> life_;
};

// Answers "/stream" with what `make_body` gives, everything else with its target.
class StreamingServer {
 public:
  using MakeBody = std::function<StreamedBody()>;

  explicit StreamingServer(MakeBody make_body, const FrontOptions& options = {})
      : make_body_(std::move(make_body)),
        front_(Front::listen(options, {[this](const FramedRequest& request, Responder responder) {
                               responder.send(answer(request));
                             }})) {
    front_->start();
  }

  Front& front() { return *front_; }
  Client connect() const { return Client::tcp(front_->port()); }

  // Returns when the loop has done all that it was given before.
  void await_turn() const {
    Client client = connect();
    client.send(get("/turn"));
    client.answer();
  }

 private:
  FramedAnswer answer(const FramedRequest& request) {
    if (request.refusal)
      return {answer_with(std::to_string(static_cast<int>(request.refusal->reason)))};
    if (request.target != "/stream") return {answer_with(request.target)};
    StreamedBody body = make_body_();
    FramedAnswer answer{"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size) +
                        "\r\n\r\n"};
    answer.more = stream(workers_, "r1", std::move(body));
    return answer;
  }

  const MakeBody make_body_;
  WorkerPool workers_{1};         // so that one that is held is missed
  std::unique_ptr<Front> front_;  // last, so that its threads end first
};

// Reads on in a body of text_at().
class BodyReader {
 public:
  enum class At { head, body };

  explicit BodyReader(Client& client, At at = At::head) : client_(client) {
    if (at == At::head) client_.until("\r\n\r\n");
  }

  // False where the connection ended.
  bool read() {
    const std::string part = client_.some();
    is_right_ = is_right_ && part == text_at(length_, part.size());
    length_ += part.size();
    return !part.empty();
  }
  bool read_to(std::uint64_t length) {
    while (length_ < length) {
      if (!read()) return false;
    }
    return true;
  }

  std::uint64_t length() const { return length_; }
  bool is_right() const { return is_right_; }  // so far, byte for byte

 private:
  Client& client_;
  std::uint64_t length_ = 0;
  bool is_right_ = true;
};

}  // namespace promotions::test
