// Errors in single fields of a request or of other input.
#pragma once

#include <string>
#include <vector>

namespace promotions {

struct FieldError {
  std::string field;   // "email", "templates.verification.html", "witnesses[3]"
  std::string code;    // required, wrong_type, out_of_range, unknown_field, read_only, invalid, …
  std::string detail;  // goes on from the field's name: "must be 1 to 1000"
};

using FieldErrors = std::vector<FieldError>;

}  // namespace promotions
