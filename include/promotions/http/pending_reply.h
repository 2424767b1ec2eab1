// One request between its arrival and its answer, and how a handler answers it.
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

struct Exchange {
  Exchange(const FramedRequest& framed, std::string_view base_path, Responder way_back)
      : request(framed, base_path), responder(std::move(way_back)) {}

  Request request;
  const Path* path = nullptr;    // null: no such path
  const Route* route = nullptr;  // null: no such method there
  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  Responder responder;
};

// Owns the exchange. Move-only; used once, on any thread. Dropped unused, it answers 500.
class PendingReply {
 public:
  PendingReply(Pipeline& pipeline, std::unique_ptr<Exchange> exchange);
  ~PendingReply();
  PendingReply(PendingReply&&) noexcept = default;
  PendingReply& operator=(PendingReply&&) = delete;

  void send(Answer answer);
  // The same on another thread, for callers that have no time. What `compose` throws becomes an
  // answer.
  void send_later(MoveOnlyFunction<Answer()> compose);

 private:
  Pipeline* pipeline_;
  std::unique_ptr<Exchange> exchange_;  // null once used
};

}  // namespace promotions
