// What happens to every request around its handler: who asks, whether they may, and how the answer
// is written. Private to http.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "http/answer.h"
#include "http/client_address.h"
#include "http/gate.h"
#include "http/library_adapter.h"
#include "http/pending_reply.h"
#include "http/router.h"
#include "http/worker_pool.h"
#include "promotions/http/http_server.h"

namespace promotions {

// Thread-safe where nothing else is said.
class Pipeline {
 public:
  Pipeline(const HttpOptions& options, const HttpServices& services, Router router);

  // Both on the front's loop thread; they do not block.
  void handle(const FramedRequest& framed, Responder responder);
  // How many bytes of body such a request may have.
  std::size_t body_limit(const FramedRequest& head) const;

 private:
  friend class PendingReply;

  // Ends the exchange but for sending: the bytes of its answer, and its line in the log.
  FramedAnswer compose(const Exchange& exchange, Answer answer);
  void compose_later(std::unique_ptr<Exchange> exchange, MoveOnlyFunction<Answer()> make_answer);
  // The answer, or what becomes of an exception.
  Answer guarded(const Request& request, MoveOnlyFunction<Answer()>& make_answer) const;

  const Path* find_path(Request& request) const;
  std::string client_of(const Request& request);
  void warn_of_field(std::string_view peer, std::string_view field, std::string_view advice);
  std::optional<Answer> answer_at_once(const Exchange& exchange) const;
  void handle_patiently(std::unique_ptr<Exchange> exchange);
  void answer_patiently(std::unique_ptr<Exchange> exchange,
                        Completion<std::optional<Problem>> checked);
  std::optional<Problem> check_site(const Route& route, const Request& request) const;
  static bool needs_credentials(const Route& route, const Request& request);
  AnswerContent write(const Exchange& exchange, const Answer& answer) const;
  void add_common_fields(std::string_view request_id, HeadFields& fields) const;
  void allow_origin(const Exchange& exchange, HeadFields& fields) const;
  void write_page(const Exchange& exchange, const Answer& answer, AnswerContent& content) const;
  void log(const Exchange& exchange, const Answer& answer) const;
  static bool asks_for_page(const Exchange& exchange);
  static bool is_for_participants(const Exchange& exchange);
  std::string request_id(const Request& request) const;
  std::string new_id() const;

  const HttpOptions options_;
  const HttpServices services_;
  const Router router_;
  const AddressHeader address_header_;
  const std::vector<Cidr> trusted_;                     // whose address header is believed
  std::chrono::steady_clock::time_point warn_again_{};  // of a proxy; the loop thread's
  Gate gate_;
  LibraryAdapter adapter_;
  WorkerPool patient_;
};

}  // namespace promotions
