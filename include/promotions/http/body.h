// Request bodies as JSON objects, whether they were sent as JSON or as a form. Pure.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/http/problem.h"
#include "promotions/http/request.h"

namespace promotions {

// Who sent the body decides which media types are accepted: participants may also send
// multipart/form-data, as scripts in a browser do.
enum class BodyOf { administrators, participants };

// Returns the body as a JSON object, or what is wrong with it. A form becomes an object of strings:
// `data.NAME=` and `data[NAME]=` are a member of the object "data", and one that comes more than
// once, or with "[]" after its name, is a list of strings. Any other field that comes with
// different values becomes a list of two of them, which FieldReader::text() refuses. Without a body
// and a media type the object is empty.
std::variant<Problem, Json> parse_body(const Request& request,
                                       BodyOf whose = BodyOf::administrators);

// Was the body sent as a form? Then all of its values are texts.
bool is_form(const Request& request);

// Returns a text parameter of the body, or else of the query. Throws MalformedParameter if it
// stands in the query and cannot be decoded.
std::optional<std::string> parameter(const Request& request, const Json& body, const char* name);

// Reads fields of a body and collects what is wrong with them. Borrows the body.
class FieldReader {
 public:
  explicit FieldReader(const Json& body) : body_(body) {}

  // Returns nullopt if the field is absent or wrong, and notes an error if it is wrong.
  std::optional<std::string> text(const std::string& field);
  // The same, but notes an error also if the field is absent.
  std::optional<std::string> required_text(const std::string& field);
  // Notes an error for each field that is not one of `known`.
  void allow_only(std::initializer_list<std::string_view> known);
  void wrong(std::string field, std::string code, std::string detail);

  bool failed() const { return !errors_.empty(); }
  const FieldErrors& errors() const { return errors_; }
  Problem problem() const { return invalid_fields(errors_); }

 private:
  const Json& body_;
  FieldErrors errors_;
};

}  // namespace promotions
