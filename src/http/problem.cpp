#include "http/problem.h"

#include <array>

namespace promotions {
namespace {

struct Row {
  ProblemCode code;
  int status;
  std::string_view text;
  std::string_view title;
};

constexpr std::array kTable{
    Row{ProblemCode::malformed_request, 400, "malformed_request", "Malformed request"},
    Row{ProblemCode::unauthorized, 401, "unauthorized", "Unauthorized"},
    Row{ProblemCode::cross_site, 403, "cross_site", "Request from another site"},
    Row{ProblemCode::not_found, 404, "not_found", "Not found"},
    Row{ProblemCode::campaign_not_found, 404, "campaign_not_found", "No such campaign"},
    Row{ProblemCode::invalid_token, 404, "invalid_token", "The link is not valid"},
    Row{ProblemCode::draw_not_sealed, 404, "draw_not_sealed", "The list is not sealed"},
    Row{ProblemCode::not_drawn, 404, "not_drawn", "Not drawn yet"},
    Row{ProblemCode::ticket_not_found, 404, "ticket_not_found", "No such ticket"},
    Row{ProblemCode::method_not_allowed, 405, "method_not_allowed", "Method not allowed"},
    Row{ProblemCode::already_registered, 409, "already_registered", "Already registered"},
    Row{ProblemCode::campaign_not_open, 409, "campaign_not_open", "The campaign is not open"},
    Row{ProblemCode::no_verified_subscribers, 409, "no_verified_subscribers",
        "No verified subscribers"},
    Row{ProblemCode::campaign_exists, 409, "campaign_exists", "The campaign exists already"},
    Row{ProblemCode::campaign_not_finished, 409, "campaign_not_finished",
        "The campaign is not finished"},
    Row{ProblemCode::terms_fixed, 409, "terms_fixed", "The terms are fixed"},
    Row{ProblemCode::value_not_wanted, 409, "value_not_wanted", "The beacon takes no value"},
    Row{ProblemCode::value_fixed, 409, "value_fixed", "The beacon's value is fixed"},
    Row{ProblemCode::already_sealed, 409, "already_sealed", "The list is sealed"},
    Row{ProblemCode::already_disqualified, 409, "already_disqualified", "Already disqualified"},
    Row{ProblemCode::account_exists, 409, "account_exists", "The account exists already"},
    Row{ProblemCode::wrong_job_state, 409, "wrong_job_state", "The job's state does not allow it"},
    Row{ProblemCode::request_timeout, 408, "malformed_request", "Request timeout"},
    Row{ProblemCode::token_expired, 410, "token_expired", "The link has expired"},
    Row{ProblemCode::body_too_large, 413, "body_too_large", "Body too large"},
    Row{ProblemCode::uri_too_long, 414, "uri_too_long", "URI too long"},
    Row{ProblemCode::unsupported_media_type, 415, "unsupported_media_type",
        "Unsupported media type"},
    Row{ProblemCode::expectation_failed, 417, "malformed_request", "Expectation failed"},
    Row{ProblemCode::invalid_email, 422, "invalid_email", "Invalid e-mail address"},
    Row{ProblemCode::invalid_field, 422, "invalid_field", "Invalid field"},
    Row{ProblemCode::not_eligible, 422, "not_eligible", "Not eligible"},
    Row{ProblemCode::rate_limited, 429, "rate_limited", "Too many requests"},
    Row{ProblemCode::headers_too_large, 431, "headers_too_large", "Header fields too large"},
    Row{ProblemCode::internal_error, 500, "internal_error", "Internal error"},
    Row{ProblemCode::not_implemented, 501, "malformed_request", "Not implemented"},
    Row{ProblemCode::overloaded, 503, "overloaded", "Overloaded"},
    Row{ProblemCode::storage_unavailable, 503, "storage_unavailable", "Storage unavailable"},
    Row{ProblemCode::version_not_supported, 505, "malformed_request", "HTTP version not supported"},
};

const Row& row_of(ProblemCode code) {
  for (const Row& row : kTable) {
    if (row.code == code) return row;
  }
  return kTable.front();
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

ProblemCode code_of_refusal(int status) {
  for (const ProblemCode code : {ProblemCode::request_timeout, ProblemCode::body_too_large,
                                 ProblemCode::uri_too_long, ProblemCode::expectation_failed,
                                 ProblemCode::headers_too_large, ProblemCode::not_implemented,
                                 ProblemCode::overloaded, ProblemCode::version_not_supported}) {
    if (status_of(code) == status) return code;
  }
  return ProblemCode::malformed_request;
}

Problem invalid_field(std::string field, std::string code, std::string detail) {
  return invalid_fields({{std::move(field), std::move(code), std::move(detail)}});
}

Problem invalid_fields(std::vector<FieldError> errors) {
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
