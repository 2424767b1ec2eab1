// A request that waits for its answer, and the object with which a handler answers it.
#pragma once

#include <chrono>
#include <memory>

#include "promotions/base/move_only_function.h"
#include "promotions/front/front.h"
#include "promotions/http/answer.h"
#include "promotions/http/request.h"

namespace promotions {

class Pipeline;
struct Path;
struct Route;

// One request, from its arrival to its answer. Used by one thread at a time.
struct Exchange {
  Exchange(const FramedRequest& framed, std::string_view base_path, Responder way_back)
      : request(framed, base_path), responder(std::move(way_back)) {}

  Request request;
  const Path* path = nullptr;    // null: no such path
  const Route* route = nullptr;  // null: no such method there
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  Responder responder;
};

// Owns the exchange. Move-only; used once, on any thread. If it is destroyed unused, it answers
// 500.
class PendingReply {
 public:
  PendingReply(Pipeline& pipeline, std::unique_ptr<Exchange> exchange);
  ~PendingReply();
  PendingReply(PendingReply&&) noexcept = default;
  PendingReply& operator=(PendingReply&&) = delete;

  // Writes the answer here and sends it.
  void send(Answer answer);
  // The same on another thread, for callers that must return at once. If `compose` throws, the
  // exception becomes the answer.
  void send_later(MoveOnlyFunction<Answer()> compose);

 private:
  Pipeline* pipeline_;
  std::unique_ptr<Exchange> exchange_;  // null once used
};

}  // namespace promotions
