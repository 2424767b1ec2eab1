// Parses multipart/form-data (RFC 7578, RFC 2046 §5.1) strictly. Pure. Private to http.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "http/media_type.h"
#include "promotions/http/form.h"
#include "promotions/http/problem.h"

namespace promotions {

inline constexpr std::size_t kMaxParts = 256;

struct Part {
  std::string name;
  bool is_file = false;      // it is of a file input
  std::string file_name{};   // empty also if no file was chosen
  MediaType media_type{};    // its own Content-Type; no type: text in the form's encoding
  std::string_view content;  // as it was sent; points into the body
};

// Returns all parts of `body` in order, or what is wrong with it. Names are UTF-8 without NUL.
std::variant<Problem, std::vector<Part>> parse_multipart(std::string_view body,
                                                         const MediaType& media_type);

// Returns the fields of a form without files. A file is a problem (422) that names its field. A
// file input in which nothing was chosen is an empty field.
std::variant<Problem, FormFields> parse_multipart_fields(std::string_view body,
                                                         const MediaType& media_type);

}  // namespace promotions
