#include "http/pipeline.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "promotions/base/encoding.h"
#include "promotions/base/log.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxRequestId = 128;
constexpr char kProblemJson[] = "application/problem+json";

// RFC 9110 §5.6.7: the same as in a mail, but for the zone.
std::string http_date(Time time) {
  const std::string text = to_rfc5322(time);
  return text.substr(0, text.rfind(' ')) + " GMT";
}

bool is_sane_request_id(std::string_view id) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !id.empty() && id.size() <= kMaxRequestId &&
         id.find_first_not_of(allowed) == std::string_view::npos;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
  }
}

Millis default_retry_after(ProblemCode code) {
  return code == ProblemCode::storage_unavailable ? std::chrono::seconds(5)
                                                  : std::chrono::seconds(1);
}

std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  return std::string(url.substr(0, url.find('/', scheme + 3)));
}

// Relative, so that it holds wherever a proxy puts us.
std::string style_href(std::string_view path) {
  std::string href;
  for (auto depth = std::count(path.begin(), path.end(), '/'); depth > 1; --depth) href += "../";
  return href + "assets/style.css";
}

std::vector<Cidr> parse_all(const std::vector<std::string>& ranges) {
  std::vector<Cidr> parsed;
  for (const std::string& range : ranges) {
    if (const auto cidr = Cidr::parse(range)) parsed.push_back(*cidr);
  }
  return parsed;
}

}  // namespace

Pipeline::Pipeline(const HttpOptions& options, const HttpServices& services, Router router)
    : options_(options),
      services_(services),
      router_(std::move(router)),
      trusted_(parse_all(options.trusted_proxies)),
      gate_(services.accounts, services.clock, options.failed_logins_per_minute,
            origin_of(options.public_url)),
      patient_(options.workers) {}

void Pipeline::handle(const FramedRequest& framed, Responder responder) {
  auto exchange = std::make_unique<Exchange>(framed, options_.base_path, std::move(responder));
  Request& request = exchange->request;
  request.id = request_id(request);
  request.client_address = request.is_control()
                               ? std::string()
                               : client_address(framed.peer_address, request.header("Forwarded"),
                                                request.header("X-Forwarded-For"), trusted_);
  if (request.is_below_base()) {
    exchange->path = router_.find(request.path(), request.path_parameters);
  }
  if (exchange->path != nullptr) {
    exchange->route = Router::find(*exchange->path, request.method());
  }
  if (auto answer = answer_at_once(*exchange)) {
    return Reply(*this, std::move(exchange)).send(std::move(*answer));
  }
  const auto* swift = std::get_if<SwiftHandler>(&exchange->route->handler);
  if (swift == nullptr) return handle_patiently(std::move(exchange));
  try {
    (*swift)(request, Reply(*this, std::move(exchange)));
  } catch (const std::exception& error) {
    logs::error("a handler failed: {}", error.what());  // its reply has seen to the answer
  }
}

// What needs no handler.
std::optional<Answer> Pipeline::answer_at_once(const Exchange& exchange) {
  const Request& request = exchange.request;
  if (request.malformed()) return promotions::refuse(*request.malformed());
  const Path* path = exchange.path;
  if (path == nullptr ||
      (path->routes.front().audience == Audience::owner && !request.is_control())) {
    return promotions::refuse({ProblemCode::not_found, "there is nothing at this path"});
  }
  if (request.method() == "OPTIONS") return Answer{204, {}, {}, {{"Allow", path->allowed}}};
  if (exchange.route == nullptr) {
    Answer answer =
        promotions::refuse({ProblemCode::method_not_allowed, "allowed here: " + path->allowed});
    answer.headers.emplace_back("Allow", path->allowed);
    return answer;
  }
  return std::nullopt;
}

// Credentials included: checking a password is slow on purpose.
void Pipeline::handle_patiently(std::unique_ptr<Exchange> exchange) {
  patient_.submit([this, exchange = std::move(exchange)]() mutable {
    if (!exchange->responder.is_awaited()) return;
    const Request& request = exchange->request;
    const Route& route = *exchange->route;
    MoveOnlyFunction<Answer()> answer([&] {
      if (auto problem = check_audience(route, request)) return promotions::refuse(*problem);
      return std::get<PatientHandler>(route.handler)(request);
    });
    Answer answered = guarded(request, answer);
    Reply(*this, std::move(exchange)).send(std::move(answered));
  });
}

Answer Pipeline::guarded(const Request& request, MoveOnlyFunction<Answer()>& compose) const {
  try {
    return compose();
  } catch (const Overloaded& error) {
    logs::warn("request={} {}", request.id, error.what());
    return promotions::refuse({ProblemCode::overloaded, "too much to do; nothing was stored"});
  } catch (const StorageUnavailable& error) {
    logs::error("request={} {}", request.id, error.what());
    return promotions::refuse(
        {ProblemCode::storage_unavailable, "the database cannot be written or read now"});
  } catch (const std::exception& error) {
    logs::error("request={} {}", request.id, error.what());
    return promotions::refuse({ProblemCode::internal_error, "the request could not be done"});
  }
}

FramedAnswer Pipeline::compose(const Exchange& exchange, Answer answer) {
  allow_origin(exchange, answer);
  FramedAnswer framed = adapter_.run(exchange.request.framed(), [&](httplib::Response& response) {
    write(exchange, answer, response);
  });
  log(exchange, answer);
  return framed;
}

// The route's pattern instead of the path, and no method that is not ours: what a client puts there
// may be an address or a token.
void Pipeline::log(const Exchange& exchange, const Answer& answer) const {
  const Request& request = exchange.request;
  const auto took = std::chrono::steady_clock::now() - exchange.began;
  const auto* problem = std::get_if<Problem>(&answer.body);
  logs::routine("request={} {} {} {}{}{} {}us client={}", request.id,
                exchange.path != nullptr ? exchange.path->pattern : "-",
                exchange.route != nullptr ? std::string_view(request.method()) : "-", answer.status,
                problem != nullptr ? " " : "", problem != nullptr ? to_text(problem->code) : "",
                std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
                request.is_control() ? "owner" : request.client_address);
}

std::optional<Problem> Pipeline::check_audience(const Route& route, const Request& request) {
  if (request.is_control()) return std::nullopt;  // the socket's file mode has decided
  const bool change = route.audience == Audience::admin_change;
  if (change && !request.is_idle()) {
    if (auto problem = gate_.check_site(request)) return problem;
  }
  if (change || route.audience == Audience::admin) return gate_.check_credentials(request);
  return std::nullopt;
}

void Pipeline::allow_origin(const Exchange& exchange, Answer& answer) const {
  const Path* path = exchange.path;
  if (path == nullptr || path->routes.front().audience != Audience::participant) return;
  const Request& request = exchange.request;
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return;
  answer.headers.emplace_back("Vary", "Origin");
  const auto& origins = options_.cors_origins;
  if (std::find(origins.begin(), origins.end(), origin) == origins.end()) return;
  answer.headers.emplace_back("Access-Control-Allow-Origin", origin);
  answer.headers.emplace_back("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  if (request.method() != "OPTIONS") return;
  answer.headers.emplace_back("Access-Control-Allow-Methods", path->allowed);
  answer.headers.emplace_back("Access-Control-Allow-Headers", "Content-Type, X-Request-Id");
  answer.headers.emplace_back("Access-Control-Max-Age", "600");
}

void Pipeline::write(const Exchange& exchange, const Answer& answer,
                     httplib::Response& response) const {
  const Request& request = exchange.request;
  response.status = answer.status;
  for (const auto& [name, value] : answer.headers) response.headers.emplace(name, value);
  response.set_header("X-Request-Id", request.id);
  response.set_header("Date", http_date(services_.clock.now()));
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");  // links hold tokens
  const auto* problem = std::get_if<Problem>(&answer.body);
  if (problem != nullptr && (answer.status == 429 || answer.status == 503)) {
    const Millis wait = problem->retry_after.value_or(default_retry_after(problem->code));
    response.set_header("Retry-After",
                        std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()));
  }
  if (answer.status == 401) {
    response.set_header("WWW-Authenticate", "Basic realm=\"promotions\", charset=\"UTF-8\"");
  }
  if (const auto* asset = std::get_if<Asset>(&answer.body)) {
    response.set_header("Cache-Control", "public, max-age=3600");
    response.set_content(asset->bytes.data(), asset->bytes.size(),
                         std::string(asset->media_type).c_str());
    return;
  }
  response.set_header("Cache-Control", "no-store");
  const bool has_page = exchange.path == nullptr || exchange.path->routes.front().has_page;
  if (has_page) response.headers.emplace("Vary", "Accept, Accept-Language");
  if (has_page && request.prefers_html() && answer.status != 204) {
    write_page(exchange, answer, response);
  } else if (problem != nullptr) {
    response.set_content(to_json(*problem).dump(), kProblemJson);
  } else if (const auto* json = std::get_if<OrderedJson>(&answer.body)) {
    response.set_content(json->dump(), "application/json");
  }
}

void Pipeline::write_page(const Exchange& exchange, const Answer& answer,
                          httplib::Response& response) const {
  const Request& request = exchange.request;
  PageView view;
  if (answer.page) {
    view = *answer.page;
  } else if (std::holds_alternative<Problem>(answer.body)) {
    // Title and detail are for programmers, and in English.
    view.context = {{"status", answer.status}};
  }
  const std::string_view locale = view.locale.empty() ? request.preferred_locale() : view.locale;
  response.set_header("Content-Security-Policy",
                      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
                      "frame-ancestors 'none'");
  response.set_content(
      services_.pages.render(view.page, locale, view.context, style_href(request.path())),
      "text/html; charset=utf-8");
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

std::string Pipeline::refuse(const Refusal& refusal) const {
  const std::string id = new_id();
  logs::routine("request={} refused {} {}", id, refusal.status, refusal.code);
  const OrderedJson json = {{"type", "about:blank"},
                            {"title", reason_phrase(refusal.status)},
                            {"status", refusal.status},
                            {"detail", refusal.detail},
                            {"code", refusal.code}};
  const std::string body = json.dump();
  std::string answer = "HTTP/1.1 " + std::to_string(refusal.status) + " ";
  answer += reason_phrase(refusal.status);
  answer += "\r\nDate: " + http_date(services_.clock.now());
  answer += "\r\nX-Request-Id: " + id;
  if (refusal.status == 503) answer += "\r\nRetry-After: 1";
  answer += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close";
  answer += std::string("\r\nContent-Type: ") + kProblemJson;
  answer += "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  return answer;
}

}  // namespace promotions
