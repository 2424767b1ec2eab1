#include "http/body.h"

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

// The library parses without recursion, but copies and writes with it: depth is stack. No field
// needs more than four levels.
constexpr int kMaxDepth = 16;

// Of what is not JSON it tells nothing of use.
bool is_too_deep(std::string_view json) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') in_string = !in_string;
    if (in_string) {
      if (c == '\\') ++i;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

Problem malformed(std::string detail) {
  return {ProblemCode::malformed_request, std::move(detail)};
}

std::variant<Problem, Json> parse_json(std::string_view body) {
  if (is_too_deep(body)) return malformed("the body is nested too deeply");
  Json json = Json::parse(body.begin(), body.end(), nullptr, false);
  if (json.is_discarded()) return malformed("the body is not JSON in UTF-8");
  if (!json.is_object()) return malformed("the body must be a JSON object");
  return json;
}

std::variant<Problem, Json> parse_form_body(std::string_view body) {
  constexpr std::string_view data = "data.";
  const auto fields = parse_form(body);
  if (!fields) return malformed("the form has a broken escape, or is not UTF-8");
  Json json = Json::object();
  for (const auto& [name, value] : *fields) {
    const bool in_data = name.starts_with(data);
    Json& object = in_data ? json["data"] : json;
    if (in_data && !object.is_object()) object = Json::object();
    const std::string key = in_data ? name.substr(data.size()) : name;
    if (object.contains(key)) return malformed("the form has a field twice");
    object[key] = value;
  }
  return json;
}

}  // namespace

std::variant<Problem, Json> parse_body(const Request& request) {
  const std::string_view header = request.header("Content-Type");
  if (request.body().empty() && header.empty()) return Json::object();
  const std::string type = to_lower_ascii(trim_ascii(header.substr(0, header.find(';'))));
  const std::string parameters =
      to_lower_ascii(header.substr(std::min(type.size(), header.size())));
  const bool other_charset = parameters.find("charset=") != std::string::npos &&
                             parameters.find("utf-8") == std::string::npos;
  if (!other_charset && type == "application/json") return parse_json(request.body());
  if (!other_charset && type == "application/x-www-form-urlencoded") {
    return parse_form_body(request.body());
  }
  return Problem{ProblemCode::unsupported_media_type,
                 "send application/json or application/x-www-form-urlencoded, in UTF-8"};
}

std::optional<std::string> parameter(const Request& request, const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found != body.end() && found->is_string()) return found->get<std::string>();
  return request.query(name);
}

std::optional<std::string> FieldReader::text(const std::string& field) {
  const auto found = body_.find(field);
  if (found == body_.end()) return std::nullopt;
  if (!found->is_string()) {
    wrong(field, "wrong_type", "must be a string");
    return std::nullopt;
  }
  return found->get<std::string>();
}

std::optional<std::string> FieldReader::required_text(const std::string& field) {
  if (!body_.contains(field)) {
    wrong(field, "required", "is required");
    return std::nullopt;
  }
  return text(field);
}

void FieldReader::wrong(std::string field, std::string code, std::string detail) {
  errors_.push_back({std::move(field), std::move(code), std::move(detail)});
}

}  // namespace promotions
