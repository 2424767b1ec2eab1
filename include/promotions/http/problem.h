// Every way in which a request can fail, refusals by the front included. One table gives each its
// status, its code in JSON and its page.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/json.h"
#include "promotions/domain/field_error.h"
#include "promotions/front/messages.h"
#include "promotions/render/page_renderer.h"

namespace promotions {

enum class ProblemCode {
  malformed_request,
  unauthorized,
  cross_site,
  not_found,
  campaign_not_found,
  invalid_token,
  draw_not_sealed,
  not_drawn,
  ticket_not_found,
  method_not_allowed,
  already_registered,
  campaign_not_open,
  no_verified_subscribers,
  campaign_exists,
  campaign_not_finished,
  terms_fixed,
  not_closed,
  not_sealed,
  value_known,
  value_fixed,
  already_sealed,
  already_disqualified,
  no_prize,
  not_unreachable,
  account_exists,
  wrong_job_state,
  request_timeout,
  token_expired,
  body_too_large,
  uri_too_long,
  unsupported_media_type,
  expectation_failed,
  headers_too_large,
  invalid_email,
  invalid_field,
  not_eligible,
  rate_limited,
  internal_error,
  not_implemented,
  overloaded,
  storage_unavailable,
  version_not_supported,
};

int status_of(ProblemCode code);
std::string_view to_text(ProblemCode code);   // as JSON names it; some codes share a name
std::string_view title_of(ProblemCode code);  // English, for programmers

Page page_for(ProblemCode code);  // for people: it shows neither title nor detail
ProblemCode code_of(RefusalReason reason);

struct Problem {
  ProblemCode code;
  std::string detail;  // one English sentence that holds no secret
  FieldErrors errors{};
  std::optional<Millis> retry_after{};          // becomes a header of the answer
  OrderedJson members = OrderedJson::object();  // extension members of this code, RFC 9457 §3.2
  std::vector<std::pair<std::string, std::string>> headers{};  // additional ones of the answer
};

// The problem of a single field; its detail is "<field> <detail>".
Problem invalid_field(std::string field, std::string code, std::string detail);
// The problem of several fields. `errors` must not be empty.
Problem invalid_fields(FieldErrors errors);

// The problem as RFC 9457 writes it.
OrderedJson to_json(const Problem& problem);

}  // namespace promotions
