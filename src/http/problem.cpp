#include "promotions/http/problem.h"

#include <algorithm>
#include <array>

namespace promotions {
namespace {

struct Row {
  ProblemCode code;
  int status;
  std::string_view text;
  std::string_view title;
  Page page;                               // for people
  std::optional<RefusalReason> refusal{};  // the front's refusal that becomes this problem
};

constexpr std::array kTable{
    Row{ProblemCode::malformed_request, 400, "malformed_request", "Malformed request",
        Page::not_understood, RefusalReason::malformed},
    Row{ProblemCode::unauthorized, 401, "unauthorized", "Unauthorized", Page::for_organisers},
    Row{ProblemCode::cross_site, 403, "cross_site", "Request from another site",
        Page::for_organisers},
    Row{ProblemCode::not_found, 404, "not_found", "Not found", Page::not_found},
    Row{ProblemCode::campaign_not_found, 404, "campaign_not_found", "No such campaign",
        Page::no_such_campaign},
    Row{ProblemCode::invalid_token, 404, "invalid_token", "The link is not valid",
        Page::token_invalid},
    Row{ProblemCode::draw_not_sealed, 404, "draw_not_sealed", "The list is not sealed",
        Page::draw_not_sealed},
    Row{ProblemCode::not_drawn, 404, "not_drawn", "Not drawn yet", Page::not_found},
    Row{ProblemCode::ticket_not_found, 404, "ticket_not_found", "No such ticket", Page::not_found},
    Row{ProblemCode::method_not_allowed, 405, "method_not_allowed", "Method not allowed",
        Page::not_possible},
    Row{ProblemCode::already_registered, 409, "already_registered", "Already registered",
        Page::not_now},
    Row{ProblemCode::campaign_not_open, 409, "campaign_not_open", "The campaign is not open",
        Page::not_now},
    Row{ProblemCode::no_verified_subscribers, 409, "no_verified_subscribers",
        "No verified subscribers", Page::nobody_verified},
    Row{ProblemCode::campaign_exists, 409, "campaign_exists", "The campaign exists already",
        Page::not_now},
    Row{ProblemCode::campaign_not_finished, 409, "campaign_not_finished",
        "The campaign is not finished", Page::not_now},
    Row{ProblemCode::terms_fixed, 409, "terms_fixed", "The terms are fixed", Page::not_now},
    Row{ProblemCode::not_closed, 409, "not_closed", "The campaign is not closed", Page::not_now},
    Row{ProblemCode::not_sealed, 409, "not_sealed", "The list is not sealed yet", Page::not_now},
    Row{ProblemCode::value_known, 409, "value_known", "The beacon's value may be known",
        Page::not_now},
    Row{ProblemCode::value_fixed, 409, "value_fixed", "The beacon's value is fixed", Page::not_now},
    Row{ProblemCode::already_sealed, 409, "already_sealed", "The list is sealed", Page::not_now},
    Row{ProblemCode::already_disqualified, 409, "already_disqualified", "Already disqualified",
        Page::not_now},
    Row{ProblemCode::no_prize, 409, "no_prize", "The position has no prize", Page::not_now},
    Row{ProblemCode::not_unreachable, 409, "not_unreachable", "The winner's mail was not refused",
        Page::not_now},
    Row{ProblemCode::account_exists, 409, "account_exists", "The account exists already",
        Page::not_now},
    Row{ProblemCode::wrong_job_state, 409, "wrong_job_state", "The job's state does not allow it",
        Page::not_now},
    Row{ProblemCode::request_timeout, 408, "malformed_request", "Request timeout", Page::too_slow,
        RefusalReason::too_slow},
    Row{ProblemCode::token_expired, 410, "token_expired", "The link has expired",
        Page::token_expired},
    Row{ProblemCode::body_too_large, 413, "body_too_large", "Body too large", Page::too_large,
        RefusalReason::body_too_large},
    Row{ProblemCode::uri_too_long, 414, "uri_too_long", "URI too long", Page::address_too_long,
        RefusalReason::target_too_long},
    Row{ProblemCode::unsupported_media_type, 415, "unsupported_media_type",
        "Unsupported media type", Page::not_understood},
    Row{ProblemCode::expectation_failed, 417, "malformed_request", "Expectation failed",
        Page::not_understood, RefusalReason::unknown_expectation},
    Row{ProblemCode::headers_too_large, 431, "headers_too_large", "Header fields too large",
        Page::browser_sends_too_much, RefusalReason::head_too_large},
    Row{ProblemCode::invalid_email, 422, "invalid_email", "Invalid e-mail address",
        Page::invalid_input},
    Row{ProblemCode::invalid_field, 422, "invalid_field", "Invalid field", Page::not_understood},
    Row{ProblemCode::not_eligible, 422, "not_eligible", "Not eligible", Page::not_eligible},
    Row{ProblemCode::rate_limited, 429, "rate_limited", "Too many requests", Page::rate_limited},
    Row{ProblemCode::internal_error, 500, "internal_error", "Internal error", Page::error},
    Row{ProblemCode::not_implemented, 501, "malformed_request", "Not implemented",
        Page::not_known_here, RefusalReason::not_implemented},
    Row{ProblemCode::overloaded, 503, "overloaded", "Overloaded", Page::busy,
        RefusalReason::overloaded},
    Row{ProblemCode::storage_unavailable, 503, "storage_unavailable", "Storage unavailable",
        Page::busy},
    Row{ProblemCode::version_not_supported, 505, "malformed_request", "HTTP version not supported",
        Page::other_version, RefusalReason::unknown_version},
};

// row_of() finds a row by its code's number, so the rows must be in the order of the codes. The
// value of a refusal is its status, so both must agree.
constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    const Row& row = kTable[i];
    if (static_cast<std::size_t>(row.code) != i) return false;
    if (row.refusal && static_cast<int>(*row.refusal) != row.status) return false;
  }
  return true;
}
static_assert(is_in_order());

const Row& row_of(ProblemCode code) {
  return kTable.at(static_cast<std::size_t>(code));
}

}  // namespace

int status_of(ProblemCode code) {
  return row_of(code).status;
}
std::string_view to_text(ProblemCode code) {
  return row_of(code).text;
}
std::string_view title_of(ProblemCode code) {
  return row_of(code).title;
}

Page page_for(ProblemCode code) {
  return row_of(code).page;
}

ProblemCode code_of(RefusalReason reason) {
  const auto* row = std::find_if(kTable.begin(), kTable.end(),
                                 [&](const Row& one) { return one.refusal == reason; });
  return row == kTable.end() ? ProblemCode::malformed_request : row->code;
}

Problem invalid_field(std::string field, std::string code, std::string detail) {
  return invalid_fields({{std::move(field), std::move(code), std::move(detail)}});
}

Problem invalid_fields(FieldErrors errors) {
  std::string detail = errors.front().field + " " + errors.front().detail;
  if (errors.size() > 1) detail += ", and " + std::to_string(errors.size() - 1) + " more";
  return {ProblemCode::invalid_field, std::move(detail), std::move(errors)};
}

OrderedJson to_json(const Problem& problem) {
  OrderedJson json = {{"type", "about:blank"},
                      {"title", title_of(problem.code)},
                      {"status", status_of(problem.code)},
                      {"detail", problem.detail},
                      {"code", to_text(problem.code)}};
  if (!problem.errors.empty()) {
    OrderedJson& errors = json["errors"] = OrderedJson::array();
    for (const FieldError& error : problem.errors) {
      errors.push_back({{"field", error.field}, {"code", error.code}, {"detail", error.detail}});
    }
  }
  for (const auto& [name, value] : problem.members.items()) json[name] = value;
  return json;
}

}  // namespace promotions
