#include "api/admin_endpoints.h"
#include "promotions/base/time_text.h"
#include "promotions/http/body.h"

namespace promotions {

namespace {

Answer refuse_password() {
  return refuse(invalid_field(
      "password", "invalid",
      "must have 10 characters at least and 1024 bytes at most, without control characters"));
}

}  // namespace

Answer AccountEndpoints::list(const Request& /*request*/) {
  OrderedJson items = OrderedJson::array();
  for (const Account& account : accounts_.list()) {
    items.push_back({{"name", account.name}, {"created_at", to_rfc3339(account.created_at)}});
  }
  return ok({{"items", std::move(items)}});
}

Answer AccountEndpoints::add(const Request& request) {
  const auto body = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&body)) return refuse(*problem);
  FieldReader fields(std::get<Json>(body));
  const auto name = fields.required_text("name");
  const auto password = fields.required_text("password");
  if (fields.failed()) return refuse(fields.problem());
  switch (accounts_.add(request.who, *name, *password)) {
    case AddAccountOutcome::added:
      return ok({{"name", *name}}, 201);
    case AddAccountOutcome::exists:
      return refuse(
          {ProblemCode::account_exists,
           "there is an account of that name already; admin password changes its password"});
    case AddAccountOutcome::invalid_name:
      return refuse(
          invalid_field("name", "invalid", "must be 1 to 64 letters, digits or . _ @ + -"));
    case AddAccountOutcome::invalid_password:
      break;
  }
  return refuse_password();
}

Answer AccountEndpoints::change_password(const Request& request) {
  const auto body = parse_body(request);
  if (const auto* problem = std::get_if<Problem>(&body)) return refuse(*problem);
  FieldReader fields(std::get<Json>(body));
  const auto password = fields.required_text("password");
  if (fields.failed()) return refuse(fields.problem());
  using Outcome = Accounts::ChangePasswordOutcome;
  switch (accounts_.change_password(request.who, request.path_parameters.at("name"), *password)) {
    case Outcome::changed:
      return {204, {}, {}, {}};
    case Outcome::invalid_password:
      return refuse_password();
    case Outcome::no_such_account:
      break;
  }
  return refuse({ProblemCode::not_found, "there is no such account"});
}

Answer AccountEndpoints::remove(const Request& request) {
  if (!accounts_.remove(request.who, request.path_parameters.at("name"))) {
    return refuse({ProblemCode::not_found, "there is no such account"});
  }
  return {204, {}, {}, {}};
}

}  // namespace promotions
