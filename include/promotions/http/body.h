// Request bodies as JSON objects, whichever way they were sent.
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

// Whose body it is decides which forms of it are taken: participants' forms may be
// multipart/form-data, too, as scripts in a browser send them.
enum class BodyOf { administrators, participants };

// A JSON object, or the problem. A form becomes one of strings: `data.NAME=` and `data[NAME]=` are
// a member of the object "data"; one that comes more than once or with "[]" behind it is a list of
// strings. Any other field that comes with different values is a list of two of them, to be refused
// by who wants a text. No body and no media type: an empty object.
std::variant<Problem, Json> parse_body(const Request& request,
                                       BodyOf whose = BodyOf::administrators);

// A text parameter of a form or JSON body, or else of the query.
std::optional<std::string> parameter(const Request& request, const Json& body, const char* name);

// Fetches fields of a body, and collects what is wrong with them.
class FieldReader {
 public:
  explicit FieldReader(const Json& body) : body_(body) {}

  // nullopt if the field is absent or wrong; the latter is noted.
  std::optional<std::string> text(const std::string& field);
  std::optional<std::string> required_text(const std::string& field);
  // Notes each field that is not one of `known`.
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
