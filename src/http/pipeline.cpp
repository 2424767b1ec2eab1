#include "http/pipeline.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "http/body_stream.h"
#include "http/problem_page.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/base/log.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxRequestId = 128;
constexpr char kProblemJson[] = "application/problem+json";

// RFC 9110 §5.6.7: the same as in a mail, but for the zone. It is written once a second.
const std::string& http_date(Time time) {
  thread_local std::chrono::sys_seconds second;
  thread_local std::string text;
  const auto now = std::chrono::floor<std::chrono::seconds>(time);
  if (text.empty() || now != second) {
    second = now;
    text = to_rfc5322(time);
    text = text.substr(0, text.rfind(' ')) + " GMT";
  }
  return text;
}

bool is_sane_request_id(std::string_view id) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !id.empty() && id.size() <= kMaxRequestId &&
         id.find_first_not_of(allowed) == std::string_view::npos;
}

Millis default_retry_after(ProblemCode code) {
  return code == ProblemCode::storage_unavailable ? std::chrono::seconds(5)
                                                  : std::chrono::seconds(1);
}

// Up to the base path; relative, so that it holds wherever a proxy puts us.
std::string way_up(const Request& request) {
  std::string way;
  for (std::size_t i = 0; i < request.depth(); ++i) way += "../";
  return way;
}

Pages pages_of(const Exchange& exchange) {
  return exchange.path == nullptr ? Pages::where_asked : exchange.path->routes.front().pages;
}

std::vector<Cidr> parse_all(const std::vector<std::string>& ranges) {
  std::vector<Cidr> parsed;
  for (const std::string& range : ranges) {
    const auto cidr = Cidr::parse(range);
    if (!cidr) throw UserError("server.trusted_proxies: " + range + " is no network");
    parsed.push_back(*cidr);
  }
  return parsed;
}

// IANA's registry of methods (RFC 9110 §16.1.1), in ASCII order.
// clang-format off
constexpr std::array<std::string_view, 40> kMethods{
    "ACL", "BASELINE-CONTROL", "BIND", "CHECKIN", "CHECKOUT", "CONNECT", "COPY", "DELETE", "GET",
    "HEAD", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL", "MKREDIRECTREF",
    "MKWORKSPACE", "MOVE", "OPTIONS", "ORDERPATCH", "PATCH", "POST", "PRI", "PROPFIND", "PROPPATCH",
    "PUT", "QUERY", "REBIND", "REPORT", "SEARCH", "TRACE", "UNBIND", "UNCHECKOUT", "UNLINK",
    "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL"};
// clang-format on

bool is_http_method(std::string_view method) {
  return std::binary_search(kMethods.begin(), kMethods.end(), method);
}

// Templates of campaigns are what needs room.
constexpr std::size_t kMaxAdminBody = 1 << 20;

constexpr std::chrono::hours kProxyWarnPause{1};  // as nothing changes by saying so more often

}  // namespace

Pipeline::Pipeline(const HttpOptions& options, const HttpServices& services, Router router)
    : options_(options),
      services_(services),
      router_(std::move(router)),
      address_header_(address_header_of(options.client_address_header)),
      trusted_(parse_all(options.trusted_proxies)),
      gate_(services.accounts, options.public_url),
      adapter_(options.front.idle_timeout),
      patient_(options.workers) {}

void Pipeline::handle(const FramedRequest& framed, Responder responder) {
  auto exchange = std::make_unique<Exchange>(framed, options_.base_path, std::move(responder));
  Request& request = exchange->request;
  request.id = request_id(request);
  request.client_address = client_of(request);
  exchange->path = find_path(request);
  if (exchange->path != nullptr) {
    exchange->route = Router::find(*exchange->path, request.method());
  }
  if (auto answer = answer_at_once(*exchange)) {
    return compose_later(std::move(exchange),
                         [answer = std::move(*answer)]() mutable { return std::move(answer); });
  }
  const auto* swift = std::get_if<SwiftHandler>(&exchange->route->handler);
  if (swift == nullptr) return handle_patiently(std::move(exchange));
  try {
    (*swift)(request, PendingReply(*this, std::move(exchange)));
  } catch (const std::exception& error) {
    logs::error("a handler failed: {}", error.what());  // its reply has seen to the answer
  }
}

std::size_t Pipeline::body_limit(const FramedRequest& head) const {
  Request request(head, options_.base_path);
  const Path* path = find_path(request);
  const bool is_admin = path != nullptr && promotions::needs_credentials(audience_of(*path));
  const std::size_t usual = options_.front.max_body_bytes;
  return is_admin || head.control ? std::max(usual, kMaxAdminBody) : usual;
}

// Null if there is none, also for whoever asks. Fills in the request's path parameters.
const Path* Pipeline::find_path(Request& request) const {
  if (request.framed().target.empty()) return nullptr;  // refused before it was read
  if (!request.is_below_base()) return nullptr;
  const Path* path = router_.find(request.path(), request.path_parameters);
  if (path == nullptr || request.is_control()) return path;
  const Audience audience = audience_of(*path);
  if (audience == Audience::owner) return nullptr;
  // What is guarded has to be asked for by the path that a proxy's rules were written for.
  const bool is_disguised =
      promotions::needs_credentials(audience) && request.has_escapes_in_path();
  return is_disguised ? nullptr : path;
}

std::string Pipeline::client_of(const Request& request) {
  const FramedRequest& framed = request.framed();
  const std::string& peer = framed.peer_address;
  if (request.is_control()) return {};
  if (options_.proxy_protocol) return peer;  // whom it names; no field is believed then
  const std::string_view wanted = name_of(address_header_);
  const std::string_view other =
      name_of(address_header_ == AddressHeader::forwarded ? AddressHeader::x_forwarded_for
                                                          : AddressHeader::forwarded);
  const bool has_wanted = request.has_header(wanted);
  if (!has_wanted && !request.has_header(other)) return peer;
  if (!is_within(peer, trusted_)) {
    warn_of_field(peer, has_wanted ? wanted : other,
                  "it is not in server.trusted_proxies, so all whom it speaks for count as one "
                  "client; if it is your proxy, add it there");
    return peer;
  }
  if (!has_wanted) {
    warn_of_field(peer, other,
                  "server.client_address_header names the other one, so all whom it speaks for "
                  "count as one client");
  }
  // Of a part it is not known which of them the proxy wrote.
  if (!framed.has_whole_head) return peer;
  const std::string list = request.header_list(wanted);
  return client_address(peer, {address_header_, list}, trusted_);
}

void Pipeline::warn_of_field(std::string_view peer, std::string_view field,
                             std::string_view advice) {
  const auto now = std::chrono::steady_clock::now();
  if (now < warn_again_) return;
  warn_again_ = now + kProxyWarnPause;
  logs::warn("{} sends {}, which is not believed: {}", peer, field, advice);
}

// What needs no handler.
std::optional<Answer> Pipeline::answer_at_once(const Exchange& exchange) const {
  const Request& request = exchange.request;
  const auto& refusal = request.framed().refusal;
  // A method that nobody knows says more than what else is wrong: its target may be in order. It is
  // empty if the request line was refused before it.
  const bool is_unknown = !request.method().empty() && !is_http_method(request.method());
  if (is_unknown && (!refusal || refusal->status == 400)) {
    return promotions::refuse({ProblemCode::not_implemented, "HTTP has no such method"});
  }
  if (refusal) {
    return promotions::refuse({code_of_refusal(refusal->status), std::string(refusal->detail)});
  }
  if (request.malformed()) return promotions::refuse(*request.malformed());
  const bool asks_options = request.method() == "OPTIONS";
  if (asks_options && request.framed().target == "*") {
    return Answer{204, {}, {}, {{"Allow", router_.allowed()}}};
  }
  const Path* path = exchange.path;
  if (path == nullptr) {
    return promotions::refuse({ProblemCode::not_found, "there is nothing at this path"});
  }
  if (asks_options) return Answer{204, {}, {}, {{"Allow", path->allowed}}};
  if (exchange.route == nullptr) {
    Answer answer =
        promotions::refuse({ProblemCode::method_not_allowed, "allowed here: " + path->allowed});
    answer.headers.emplace_back("Allow", path->allowed);
    return answer;
  }
  return std::nullopt;
}

void Pipeline::handle_patiently(std::unique_ptr<Exchange> exchange) {
  patient_.submit([this, exchange = std::move(exchange)]() mutable {
    if (!exchange->responder.is_awaited()) return;
    const Request& request = exchange->request;
    if (const auto problem = check_site(*exchange->route, request)) {
      return PendingReply(*this, std::move(exchange)).send(promotions::refuse(*problem));
    }
    if (!needs_credentials(*exchange->route, request)) {
      return answer_patiently(std::move(exchange), std::optional<Problem>());
    }
    // A password may have to wait for others to be checked. No worker waits with it: strangers
    // could keep them all.
    gate_.check_credentials(request, [this, exchange = std::move(exchange)](auto checked) mutable {
      patient_.submit(
          [this, exchange = std::move(exchange), checked = std::move(checked)]() mutable {
            answer_patiently(std::move(exchange), std::move(checked));
          });
    });
  });
}

void Pipeline::answer_patiently(std::unique_ptr<Exchange> exchange,
                                Completion<std::optional<Problem>> checked) {
  if (!exchange->responder.is_awaited()) return;
  const Request& request = exchange->request;
  MoveOnlyFunction<Answer()> answer([&] {
    if (const auto problem = checked.take()) return promotions::refuse(*problem);
    return std::get<PatientHandler>(exchange->route->handler)(request);
  });
  Answer answered = guarded(request, answer);
  PendingReply(*this, std::move(exchange)).send(std::move(answered));
}

Answer Pipeline::guarded(const Request& request, MoveOnlyFunction<Answer()>& make_answer) const {
  try {
    return make_answer();
  } catch (const MalformedParameter& error) {
    return promotions::refuse({ProblemCode::malformed_request, error.what()});
  } catch (const Overloaded& error) {
    logs::warn("request={} {}", request.id, error.what());
    return promotions::refuse({ProblemCode::overloaded, "too much to do; nothing was stored"});
  } catch (const StorageUnavailable& error) {
    // Storage has told it, once for all writes; the request's own line has its status.
    logs::debug("request={} {}", request.id, error.what());
    // Only the owner of the machine is told why.
    const std::string reason = request.is_control() ? std::string(": ") + error.what() : "";
    return promotions::refuse(
        {ProblemCode::storage_unavailable, "the database cannot be written or read now" + reason});
  } catch (const std::exception& error) {
    logs::error("request={} {}", request.id, error.what());
    return promotions::refuse({ProblemCode::internal_error, "the request could not be done"});
  }
}

FramedAnswer Pipeline::compose(const Exchange& exchange, Answer answer) {
  const FramedRequest& framed = exchange.request.framed();
  AnswerContent content;
  try {
    content = write(exchange, answer);
  } catch (const std::exception& error) {
    logs::error("request={} not answered: {}", exchange.request.id, error.what());
    answer = promotions::refuse({ProblemCode::internal_error, {}});
    content = {.status = 500};
  }
  log(exchange, answer);
  FramedAnswer composed = adapter_.run(framed, content);
  if (auto* streamed = std::get_if<StreamedBody>(&answer.body)) {
    StreamedBody body = std::move(*streamed);  // for HEAD, its source goes before the answer does
    if (framed.method != "HEAD") {
      composed.more = stream(patient_, exchange.request.id, std::move(body));
    }
  }
  return composed;
}

// JSON takes microseconds, and the loop thread writes it. A page takes longer, and has a thread.
void Pipeline::compose_later(std::unique_ptr<Exchange> exchange,
                             MoveOnlyFunction<Answer()> make_answer) {
  if (asks_for_page(*exchange)) {
    patient_.submit(
        [this, exchange = std::move(exchange), make_answer = std::move(make_answer)]() mutable {
          Answer answer = guarded(exchange->request, make_answer);
          PendingReply(*this, std::move(exchange)).send(std::move(answer));
        });
    return;
  }
  Responder responder = std::move(exchange->responder);
  responder.send_later(
      [this, exchange = std::move(exchange), make_answer = std::move(make_answer)]() mutable {
        return compose(*exchange, guarded(exchange->request, make_answer));
      });
}

// The route's pattern instead of the path, and no method that is not ours: what a client puts there
// may be an address or a token.
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

std::optional<Problem> Pipeline::check_site(const Route& route, const Request& request) const {
  if (route.audience != Audience::admin_change || request.is_control()) return std::nullopt;
  const bool reads = request.method() == "GET" || request.method() == "HEAD";
  if (reads && request.is_idle()) return std::nullopt;  // changes nothing
  return gate_.check_site(request);
}

bool Pipeline::needs_credentials(const Route& route, const Request& request) {
  if (request.is_control()) return false;  // the socket's file mode has decided
  return promotions::needs_credentials(route.audience);
}

AnswerContent Pipeline::write(const Exchange& exchange, const Answer& answer) const {
  const Request& request = exchange.request;
  AnswerContent content{.status = answer.status};
  HeadFields& fields = content.fields;
  add_common_fields(request.id, fields);
  for (const auto& [name, value] : answer.headers) fields.add(name, value);
  allow_origin(exchange, fields);
  const auto* problem = std::get_if<Problem>(&answer.body);
  if (problem != nullptr &&
      (answer.status == 429 || answer.status == 503 || problem->retry_after)) {
    const Millis wait = problem->retry_after.value_or(default_retry_after(problem->code));
    fields.add("Retry-After",
               std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
  }
  if (answer.status == 401) {
    fields.add("WWW-Authenticate", "Basic realm=\"promotions\", charset=\"UTF-8\"");
  }
  if (const auto* asset = std::get_if<Asset>(&answer.body)) {
    fields.add("Cache-Control", "public, max-age=3600");
    content.media_type = asset->media_type;
    content.body = asset->bytes;
    return content;
  }
  fields.add("Cache-Control", "no-store");
  // Of a file that people may open, like the JSON of a campaign, there is no page; of why there is
  // none, there is.
  const bool may_be_page =
      pages_of(exchange) != Pages::never || (problem != nullptr && is_for_participants(exchange));
  const bool as_page =
      problem == nullptr ? asks_for_page(exchange) : may_be_page && request.prefers_html();
  if (may_be_page) fields.add("Vary", "Accept, Accept-Language");
  if (const auto* streamed = std::get_if<StreamedBody>(&answer.body)) {
    content.media_type = streamed->media_type;
    content.streamed_bytes = streamed->size;
  } else if (as_page && answer.status != 204) {
    write_page(exchange, answer, content);
  } else if (problem != nullptr) {
    content.media_type = kProblemJson;
    content.body = to_json(*problem).dump();
  } else if (const auto* json = std::get_if<OrderedJson>(&answer.body)) {
    content.media_type = "application/json";
    content.body = json->dump();
  }
  return content;
}

void Pipeline::add_common_fields(std::string_view request_id, HeadFields& fields) const {
  fields.add("Date", http_date(services_.clock.now()));
  fields.add("X-Request-Id", request_id);
  fields.add("X-Content-Type-Options", "nosniff");
  fields.add("Referrer-Policy", "no-referrer");  // links hold tokens
  fields.add("Cross-Origin-Resource-Policy", "same-origin");
}

void Pipeline::allow_origin(const Exchange& exchange, HeadFields& fields) const {
  // What was refused unrouted, or is of no route, says nothing that others must not read. OPTIONS
  // asks for all routes of a path.
  const Path* path = exchange.path;
  const Request& request = exchange.request;
  const bool is_of_route = exchange.route != nullptr || request.method() == "OPTIONS";
  const bool is_routed = path != nullptr && is_of_route && !request.framed().refusal;
  if (is_routed && audience_of(*path) != Audience::participant) return;
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return;
  fields.add("Vary", "Origin");
  const auto& origins = options_.cors_origins;
  if (std::find(origins.begin(), origins.end(), origin) == origins.end()) return;
  fields.add("Access-Control-Allow-Origin", origin);
  fields.add("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  if (path == nullptr || request.method() != "OPTIONS") return;
  fields.add("Access-Control-Allow-Methods", path->allowed);
  fields.add("Access-Control-Allow-Headers", "Content-Type, X-Request-Id");
  fields.add("Access-Control-Max-Age", "600");
}

void Pipeline::write_page(const Exchange& exchange, const Answer& answer,
                          AnswerContent& content) const {
  const Request& request = exchange.request;
  PageView view;
  if (answer.page) {
    view = answer.page();
  } else if (const auto* problem = std::get_if<Problem>(&answer.body)) {
    // Title and detail are for programmers, and in English.
    view.page = page_for(to_text(problem->code), answer.status);
    view.context = {{"status", answer.status}};
  }
  const std::string up = way_up(request);
  // Forms name their action from the base path on, as links do.
  if (const auto action = view.context.find("action"); action != view.context.end()) {
    *action = up + action->get<std::string>();
  }
  const std::string_view locale = view.locale.empty() ? request.preferred_locale() : view.locale;
  content.fields.add("Content-Security-Policy",
                     "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                     "frame-ancestors 'none'");
  content.fields.add("X-Frame-Options", "DENY");  // for browsers without frame-ancestors
  content.fields.add("Cross-Origin-Opener-Policy", "same-origin");
  content.media_type = "text/html; charset=utf-8";
  content.body = services_.pages.render(view.page, locale, view.context, up + "assets/style.css");
}

bool Pipeline::is_for_participants(const Exchange& exchange) {
  return exchange.path != nullptr && audience_of(*exchange.path) == Audience::participant;
}

bool Pipeline::asks_for_page(const Exchange& exchange) {
  const Pages pages = pages_of(exchange);
  return pages == Pages::always || (pages == Pages::where_asked && exchange.request.prefers_html());
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
