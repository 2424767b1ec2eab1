// The steps of every request: who asks, which route it means, whether it may pass, its handler, and
// the answer. Private to http.
#pragma once

#include <memory>
#include <string>

#include "http/answer_writer.h"
#include "http/client_finder.h"
#include "http/gate.h"
#include "http/library_adapter.h"
#include "http/site_policy.h"
#include "http/worker_pool.h"
#include "promotions/http/answer.h"
#include "promotions/http/http_options.h"
#include "promotions/http/pending_reply.h"
#include "promotions/http/router.h"

namespace promotions {

// Thread-safe, except where a comment says otherwise. Stops its workers when it is destroyed.
class Pipeline {
 public:
  Pipeline(const HttpOptions& options, const HttpServices& services, Router router);

  // Both are for the front's loop thread, and do not block.
  //
  // Answers the request, at once or later, on any thread.
  void handle(const FramedRequest& framed, Responder responder);
  // Returns how many bytes of body a request with this head may have.
  std::size_t body_limit(const FramedRequest& head) const;

 private:
  friend class PendingReply;

  // Returns the bytes of the answer, and writes the request's line to the log.
  FramedAnswer compose(const Exchange& exchange, Answer answer);
  // Makes, composes and sends the answer on the loop thread, or a page on a worker.
  void compose_later(std::unique_ptr<Exchange> exchange, MoveOnlyFunction<Answer()> make_answer);
  // Returns the answer, or the problem that an exception becomes.
  Answer guarded(const Request& request, MoveOnlyFunction<Answer()>& make_answer) const;

  const Path* find_path(Request& request) const;
  std::optional<Answer> answer_at_once(const Exchange& exchange) const;
  void handle_patiently(std::unique_ptr<Exchange> exchange);
  void answer_patiently(std::unique_ptr<Exchange> exchange, Completion<Passage> checked);
  static bool needs_credentials(const Route& route, const Request& request);
  void log(const Exchange& exchange, const Answer& answer) const;
  std::string request_id(const Request& request) const;
  std::string new_id() const;

  const HttpOptions options_;
  const HttpServices services_;
  const Router router_;
  ClientFinder clients_;  // used on the loop thread only
  Gate gate_;
  const SitePolicy sites_;
  const AnswerWriter writer_;
  LibraryAdapter adapter_;
  WorkerPool patient_;
};

}  // namespace promotions
