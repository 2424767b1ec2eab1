#include "http/pipeline.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "http/body_stream.h"
#include "http/methods.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxRequestId = 128;

bool is_sane_request_id(std::string_view id) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !id.empty() && id.size() <= kMaxRequestId &&
         id.find_first_not_of(allowed) == std::string_view::npos;
}

// Campaigns with templates of their own need that much.
constexpr std::size_t kMaxAdminBody = 1 << 20;

}  // namespace

Pipeline::Pipeline(const HttpOptions& options, const HttpServices& services, Router router)
    : options_(options),
      services_(services),
      router_(std::move(router)),
      clients_(options),
      gate_(services.accounts),
      sites_(options.public_url),
      writer_(options, services),
      adapter_(options.front.idle_timeout),
      patient_(options.workers) {}

void Pipeline::handle(const FramedRequest& framed, Responder responder) {
  auto exchange = std::make_unique<Exchange>(framed, options_.base_path, std::move(responder));
  // Found for refused requests, too: they are logged and answered like all others.
  Request& request = exchange->request;
  request.id = request_id(request);
  request.client_address = clients_.find(request);
  if (request.is_control()) {
    request.who.kind = Principal::Kind::owner;
  } else {
    request.who.network = limit_key(request.client_address);
  }
  exchange->path = find_path(request);
  if (exchange->path != nullptr) {
    exchange->route = Router::find(*exchange->path, request.method());
  }
  if (auto answer = answer_at_once(*exchange)) {
    return compose_later(std::move(exchange),
                         [answer = std::move(*answer)]() mutable { return std::move(answer); });
  }
  // Swift handlers run here, on the loop thread; patient ones get a worker.
  const auto* swift = std::get_if<SwiftHandler>(&exchange->route->handler);
  if (swift == nullptr) return handle_patiently(std::move(exchange));
  try {
    (*swift)(request, PendingReply(*this, std::move(exchange)));
  } catch (const std::exception& error) {
    logs::error("a handler failed: {}", error.what());  // destroying its reply has answered 500
  }
}

std::size_t Pipeline::body_limit(const FramedRequest& head) const {
  Request request(head, options_.base_path);
  const Path* path = find_path(request);
  const bool is_admin = path != nullptr && path->audience == Audience::admin;
  const std::size_t usual = options_.front.max_body_bytes;
  return is_admin || head.control ? std::max(usual, kMaxAdminBody) : usual;
}

// Returns null if there is no such path, or none that this client may know of. Fills in the path
// parameters of the request.
const Path* Pipeline::find_path(Request& request) const {
  if (request.framed().target.empty()) return nullptr;  // refused before its target was read
  if (!request.is_below_base()) return nullptr;
  const Path* path = router_.find(request.path(), request.path_parameters);
  if (path == nullptr || request.is_control()) return path;
  if (path->audience == Audience::owner) return nullptr;
  // A proxy may guard these paths by rules of its own, which a path with escapes could evade.
  const bool is_disguised = path->audience == Audience::admin && request.has_escapes_in_path();
  return is_disguised ? nullptr : path;
}

// Answers requests that need no handler; nullopt for all others, which have a route.
std::optional<Answer> Pipeline::answer_at_once(const Exchange& exchange) const {
  const Request& request = exchange.request;
  const auto& refusal = request.framed().refusal;
  // That HTTP has no such method tells more than "malformed". The method is empty if the request
  // line was refused before it was read.
  const bool is_unknown = !request.method().empty() && !is_http_method(request.method());
  if (is_unknown && (!refusal || refusal->reason == RefusalReason::malformed)) {
    return refuse({ProblemCode::not_implemented, "HTTP has no such method"});
  }
  if (refusal) {
    return refuse({code_of(refusal->reason), std::string(refusal->detail)});
  }
  if (request.malformed()) return refuse(*request.malformed());
  const bool asks_options = request.method() == "OPTIONS";
  if (asks_options && request.framed().target == "*") {
    return Answer{204, {}, {}, {{"Allow", router_.allowed()}}};
  }
  const Path* path = exchange.path;
  if (path == nullptr) {
    return refuse({ProblemCode::not_found, "there is nothing at this path"});
  }
  if (asks_options) return Answer{204, {}, {}, {{"Allow", path->allowed}}};
  if (exchange.route == nullptr) {
    Answer answer = refuse({ProblemCode::method_not_allowed, "allowed here: " + path->allowed});
    answer.headers.emplace_back("Allow", path->allowed);
    return answer;
  }
  return std::nullopt;
}

void Pipeline::handle_patiently(std::unique_ptr<Exchange> exchange) {
  patient_.submit([this, exchange = std::move(exchange)]() mutable {
    if (!exchange->responder.is_awaited()) return;
    // The site comes before the password: a page elsewhere must not even use up attempts.
    const Request& request = exchange->request;
    if (const auto problem = sites_.check(*exchange->route, request)) {
      return PendingReply(*this, std::move(exchange)).send(refuse(*problem));
    }
    if (!needs_credentials(*exchange->route, request)) {
      return answer_patiently(std::move(exchange), Passage(request.who));
    }
    // The check may have to wait while other passwords are checked. No worker waits for it, or else
    // strangers could occupy all of them. The answer comes from a worker again.
    gate_.identify(request, [this, exchange = std::move(exchange)](auto checked) mutable {
      patient_.submit(
          [this, exchange = std::move(exchange), checked = std::move(checked)]() mutable {
            answer_patiently(std::move(exchange), std::move(checked));
          });
    });
  });
}

void Pipeline::answer_patiently(std::unique_ptr<Exchange> exchange, Completion<Passage> checked) {
  if (!exchange->responder.is_awaited()) return;
  Request& request = exchange->request;
  MoveOnlyFunction<Answer()> answer([&] {
    Passage passage = checked.take();
    if (auto* problem = std::get_if<Problem>(&passage)) return refuse(std::move(*problem));
    request.who = std::get<Principal>(std::move(passage));
    return std::get<PatientHandler>(exchange->route->handler)(request);
  });
  Answer answered = guarded(request, answer);
  PendingReply(*this, std::move(exchange)).send(std::move(answered));
}

Answer Pipeline::guarded(const Request& request, MoveOnlyFunction<Answer()>& make_answer) const {
  try {
    return make_answer();
  } catch (const MalformedParameter& error) {
    return refuse({ProblemCode::malformed_request, error.what()});
  } catch (const Overloaded& error) {
    logs::warn("request={} {}", request.id, error.what());
    return refuse({ProblemCode::overloaded, "too much to do; nothing was stored"});
  } catch (const StorageUnavailable& error) {
    // Storage has logged the reason once for all writes, and the request's own line has the status.
    logs::debug("request={} {}", request.id, error.what());
    // Only the owner of the machine is told why.
    const std::string reason = request.is_control() ? std::string(": ") + error.what() : "";
    return refuse(
        {ProblemCode::storage_unavailable, "the database cannot be written or read now" + reason});
  } catch (const std::exception& error) {
    logs::error("request={} {}", request.id, error.what());
    return refuse({ProblemCode::internal_error, "the request could not be done"});
  }
}

FramedAnswer Pipeline::compose(const Exchange& exchange, Answer answer) {
  const FramedRequest& framed = exchange.request.framed();
  AnswerContent content;
  try {
    content = writer_.write(exchange, answer);
  } catch (const std::exception& error) {
    logs::error("request={} not answered: {}", exchange.request.id, error.what());
    answer = refuse({ProblemCode::internal_error, {}});
    content = {.status = 500};
  }
  log(exchange, answer);
  FramedAnswer composed = adapter_.run(framed, content);
  if (auto* streamed = std::get_if<StreamedBody>(&answer.body)) {
    // Moved out also for HEAD, so that the source is destroyed before the answer is sent.
    StreamedBody body = std::move(*streamed);
    if (framed.method != "HEAD") {
      composed.more = stream(patient_, exchange.request.id, std::move(body));
    }
  }
  return composed;
}

// Writing JSON takes microseconds, so the loop thread does it. A page takes longer, so a worker
// does.
void Pipeline::compose_later(std::unique_ptr<Exchange> exchange,
                             MoveOnlyFunction<Answer()> make_answer) {
  if (AnswerWriter::asks_for_page(*exchange)) {
    patient_.submit(
        [this, exchange = std::move(exchange), make_answer = std::move(make_answer)]() mutable {
          Answer answer = guarded(exchange->request, make_answer);
          PendingReply(*this, std::move(exchange)).send(std::move(answer));
        });
    return;
  }
  // Moved out of the exchange, which goes into the function that the responder takes.
  Responder responder = std::move(exchange->responder);
  responder.send_later(
      [this, exchange = std::move(exchange), make_answer = std::move(make_answer)]() mutable {
        return compose(*exchange, guarded(exchange->request, make_answer));
      });
}

// Logs the route's pattern instead of the path, and only methods that have a route: the client's
// own text may hold an address or a token.
void Pipeline::log(const Exchange& exchange, const Answer& answer) const {
  const Request& request = exchange.request;
  const auto took = std::chrono::steady_clock::now() - exchange.began;
  const auto* problem = std::get_if<Problem>(&answer.body);
  if (request.framed().refusal) {
    logs::routine("request={} refused {} {} client={}", request.id, answer.status,
                  problem != nullptr ? to_text(problem->code) : "-",
                  request.is_control() ? "owner" : request.client_address);
    return;
  }
  logs::routine("request={} {} {} {}{}{} {}us client={}", request.id,
                exchange.path != nullptr ? exchange.path->pattern : "-",
                exchange.route != nullptr ? std::string_view(request.method()) : "-", answer.status,
                problem != nullptr ? " " : "", problem != nullptr ? to_text(problem->code) : "",
                std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
                request.is_control() ? "owner" : request.client_address);
}

bool Pipeline::needs_credentials(const Route& route, const Request& request) {
  if (request.is_control())
    return false;  // the mode of the socket's file has let only the owner in
  return route.audience == Audience::admin;
}

std::string Pipeline::request_id(const Request& request) const {
  const std::string_view given = request.header("X-Request-Id");
  return is_sane_request_id(given) ? std::string(given) : new_id();
}

std::string Pipeline::new_id() const {
  std::array<unsigned char, 8> bytes{};
  services_.random.fill(bytes);
  return to_hex(bytes);
}

}  // namespace promotions
