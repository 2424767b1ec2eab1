#include "http/answer_policies.h"

#include <algorithm>
#include <chrono>

#include "promotions/base/time_text.h"
#include "promotions/http/router.h"

namespace promotions {
namespace {

// RFC 9110 §5.6.7: the same form as in a mail, except for the zone. Each thread formats it once a
// second only, since every answer has it.
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

Millis default_retry_after(ProblemCode code) {
  return code == ProblemCode::storage_unavailable ? std::chrono::seconds(5)
                                                  : std::chrono::seconds(1);
}

}  // namespace

void CommonPolicy::apply(std::string_view request_id, HeadFields& fields) const {
  fields.add("Date", http_date(clock_.now()));
  fields.add("X-Request-Id", request_id);
  fields.add("X-Content-Type-Options", "nosniff");
  fields.add("Referrer-Policy", "no-referrer");  // links hold tokens
}

void ResourcePolicy::apply(const Answer& answer, HeadFields& fields) {
  const auto* asset = std::get_if<Asset>(&answer.body);
  const bool is_for_others = asset != nullptr && asset->is_for_other_sites;
  fields.add("Cross-Origin-Resource-Policy", is_for_others ? "cross-origin" : "same-origin");
}

void CorsPolicy::apply(const Exchange& exchange, HeadFields& fields) const {
  // A request that was refused before routing, or found no route, gets an answer that any site may
  // read: it tells nothing private. OPTIONS concerns all routes of a path.
  const Path* path = exchange.path;
  const Request& request = exchange.request;
  const bool is_of_route = exchange.route != nullptr || request.method() == "OPTIONS";
  const bool is_routed = path != nullptr && is_of_route && !request.framed().refusal;
  if (is_routed && path->audience != Audience::participant) return;
  const std::string_view origin = request.header("Origin");
  if (origin.empty()) return;
  fields.add("Vary", "Origin");  // also for other origins: a cache must not mix their answers up
  if (std::find(origins_.begin(), origins_.end(), origin) == origins_.end()) return;
  fields.add("Access-Control-Allow-Origin", origin);
  fields.add("Access-Control-Expose-Headers", "Retry-After, X-Request-Id");
  if (path == nullptr || request.method() != "OPTIONS") return;  // else it is a preflight
  fields.add("Access-Control-Allow-Methods", path->allowed);
  fields.add("Access-Control-Allow-Headers", "Content-Type, X-Request-Id");
  fields.add("Access-Control-Max-Age", "600");
}

void CachePolicy::apply(const Answer& answer, HeadFields& fields) {
  const auto* asset = std::get_if<Asset>(&answer.body);
  fields.add("Cache-Control", asset == nullptr ? "no-store"
                              : asset->caching == Caching::forever
                                  ? "public, max-age=31536000, immutable"
                                  : "public, max-age=3600");
}

void RefusalPolicy::apply(const Answer& answer, HeadFields& fields) {
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
}

void PagePolicy::apply(const PageView& view, HeadFields& fields) {
  const PageNeeds needs = needs_of(view.page);
  std::string policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'";
  if (needs.scripts) policy += "; script-src 'self'";
  if (needs.images) policy += "; img-src 'self'";
  if (needs.fetches) policy += "; connect-src 'self'";
  if (needs.workers) policy += "; worker-src 'self'";
  policy += "; frame-ancestors";
  // Origins were checked when they were given (is_web_origin()), so none ends the directive.
  if (view.framed_by) {
    for (const std::string& origin : *view.framed_by) policy += " " + origin;
  }
  if (!view.framed_by || view.framed_by->empty()) policy += " 'none'";
  fields.add("Content-Security-Policy", policy);
  if (!view.framed_by)
    fields.add("X-Frame-Options", "DENY");  // for browsers without frame-ancestors
  fields.add("Cross-Origin-Opener-Policy", "same-origin");
}

}  // namespace promotions
