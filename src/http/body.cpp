#include "promotions/http/body.h"

#include <algorithm>

#include "http/json_body.h"
#include "http/media_type.h"
#include "http/multipart.h"
#include "promotions/base/encoding.h"
#include "promotions/http/form.h"

namespace promotions {
namespace {

constexpr char kJson[] = "application/json";
constexpr char kForm[] = "application/x-www-form-urlencoded";
constexpr char kMultipart[] = "multipart/form-data";

Problem malformed(std::string detail) {
  return {ProblemCode::malformed_request, std::move(detail)};
}

// Names the accepted media types in header fields (RFC 9110 §15.5.16): in Accept-Post, and for a
// PATCH also in Accept-Patch of RFC 5789.
Problem unsupported(const Request& request, BodyOf whose, std::string detail) {
  std::string taken = std::string(kJson) + ", " + kForm;
  if (whose == BodyOf::participants) taken += std::string(", ") + kMultipart;
  Problem problem{ProblemCode::unsupported_media_type, std::move(detail)};
  if (request.method() == "PATCH") problem.headers.emplace_back("Accept-Patch", taken);
  problem.headers.emplace_back("Accept-Post", std::move(taken));
  return problem;
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool is_compressed(const Request& request) {
  std::string codings = to_lower_ascii(request.header_list("Content-Encoding"));
  std::replace(codings.begin(), codings.end(), ',', ' ');
  std::string_view rest = trim_ascii(codings);
  while (!rest.empty()) {
    const std::string_view coding = rest.substr(0, rest.find(' '));
    if (coding != "identity") return true;
    rest = trim_ascii(rest.substr(coding.size()));
  }
  return false;
}

// ---- a form as a JSON object

// "data.NAME" or "data[NAME]". "[]" after either makes a list of it.
struct DataName {
  std::vector<std::string> path;  // more than one: an object within the data, which is not allowed
  bool is_list = false;
};

std::optional<DataName> parse_data_name(std::string_view name) {
  constexpr std::string_view data = "data";
  if (!name.starts_with(data)) return std::nullopt;
  std::string_view rest = name.substr(data.size());
  DataName parsed;
  if (rest.starts_with('.')) {
    const std::string_view own = rest.substr(1);
    // Brackets count only if the name ends with a closing one; others are part of the name.
    const std::size_t end = own.ends_with(']') ? own.find('[') : std::string_view::npos;
    parsed.path.emplace_back(own.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : own.substr(end);
  } else if (!rest.starts_with('[')) {
    return std::nullopt;
  }
  while (!rest.empty()) {
    const std::size_t end = rest.find(']');
    if (rest.front() != '[' || end == std::string_view::npos) return std::nullopt;
    const std::string_view key = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    parsed.is_list = key.empty() && rest.empty();
    if (!parsed.is_list) parsed.path.emplace_back(key);
  }
  return parsed.path.empty() ? std::nullopt : std::optional(std::move(parsed));
}

void add_data(Json& data, const DataName& name, const std::string& value) {
  Json& member = data[name.path.front()];
  if (name.path.size() > 1) {
    // An object, so that the endpoint refuses it and names the field.
    member = Json{{name.path[1], value}};
  } else if (member.is_array()) {
    member.push_back(value);
  } else if (member.is_string()) {
    member = Json::array({member, value});
  } else if (member.is_null()) {
    member = name.is_list ? Json::array({value}) : Json(value);
  }
}

// A field may come twice with the same value, such as a hidden field beside a select. Two different
// values are enough to refuse it, so a third is dropped.
void add_value(Json& member, const std::string& value) {
  if (member.is_null()) {
    member = value;
  } else if (member.is_string() && member != value) {
    member = Json::array({member, value});
  }
}

std::variant<Problem, Json> form_as_json(const Request& request, BodyOf whose,
                                         const FormFields& fields) {
  Json json = Json::object();
  Json data;
  for (const auto& [name, value] : fields) {
    // Browsers fill in this field to tell how they encoded the form (HTML standard, RFC 7578 §4.6).
    if (name == "_charset_") {
      if (is_utf8_label(value) || is_ascii_label(value)) continue;
      return unsupported(request, whose, "send the form in UTF-8");
    }
    if (const auto data_name = parse_data_name(name)) {
      add_data(data, *data_name, value);
    } else if (name != "data" || !value.empty()) {
      add_value(json[name], value);
    }
  }
  // If the form has a field "data" besides its members, the field stays: it is no object, and will
  // be refused as that.
  if (!data.is_null() && !json.contains("data")) json["data"] = std::move(data);
  return json;
}

}  // namespace

std::variant<Problem, Json> parse_body(const Request& request, BodyOf whose) {
  if (is_compressed(request)) {
    Problem problem = unsupported(request, whose, "send the body as it is, not compressed");
    problem.headers.emplace_back("Accept-Encoding", "identity");
    return problem;
  }
  const std::string_view header = request.header("Content-Type");
  // Many clients send a Content-Type with every request, even if it cannot have a body.
  const bool reads = request.method() == "GET" || request.method() == "HEAD";
  if (request.body().empty() && (header.empty() || reads)) return Json::object();
  const MediaType media_type = parse_media_type(header);
  if (const std::string* charset = media_type.parameter("charset")) {
    const bool is_taken =
        is_utf8_label(*charset) || (is_ascii_label(*charset) && is_ascii(request.body()));
    if (!is_taken) return unsupported(request, whose, "send the body in UTF-8");
  }
  if (media_type.type == kJson) return parse_json_body(request.body());
  if (media_type.type == kForm) {
    const auto fields = parse_form(request.body());
    if (!fields) return malformed("the form has a broken escape, or is not UTF-8");
    return form_as_json(request, whose, *fields);
  }
  if (media_type.type == kMultipart && whose == BodyOf::participants) {
    auto fields = parse_multipart_fields(request.body(), media_type);
    if (auto* problem = std::get_if<Problem>(&fields)) {
      if (problem->code != ProblemCode::unsupported_media_type) return std::move(*problem);
      return unsupported(request, whose, problem->detail);
    }
    return form_as_json(request, whose, std::get<FormFields>(fields));
  }
  return unsupported(
      request, whose,
      whose == BodyOf::participants ? "send JSON or a form, in UTF-8" : "send JSON, in UTF-8");
}

bool is_form(const Request& request) {
  const std::string type = parse_media_type(request.header("Content-Type")).type;
  return type == kForm || type == kMultipart;
}

std::optional<std::string> parameter(const Request& request, const Json& body, const char* name) {
  const auto found = body.find(name);
  if (found != body.end() && found->is_string()) return found->get<std::string>();
  return request.query(name);
}

std::optional<std::string> FieldReader::text(const std::string& field) {
  const auto found = body_.find(field);
  if (found == body_.end()) return std::nullopt;
  if (found->is_array() && found->size() > 1) {
    wrong(field, "several_values", "is given more than once, with different values; give one");
    return std::nullopt;
  }
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

void FieldReader::allow_only(std::initializer_list<std::string_view> known) {
  for (const auto& [name, value] : body_.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      wrong(name, "unknown_field", "is not a field of this request");
    }
  }
}

void FieldReader::wrong(std::string field, std::string code, std::string detail) {
  errors_.push_back({std::move(field), std::move(code), std::move(detail)});
}

}  // namespace promotions
