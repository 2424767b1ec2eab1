// multipart/form-data (RFC 7578 over RFC 2046 §5.1), strictly. Private to http.
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
  bool is_file = false;      // it names a file; an empty name is that of a file not chosen
  std::string file_name{};   // of is_file
  MediaType media_type{};    // its own Content-Type; no type: text in the form's encoding
  std::string_view content;  // of the body
};

// All parts of `body` in order, or why it has none. Names are UTF-8 without NUL; contents are what
// was sent.
std::variant<Problem, std::vector<Part>> parse_multipart(std::string_view body,
                                                         const MediaType& media_type);

// The fields of a form without files. A file is 422 and named; a file input in which nothing was
// chosen is a field like any other, and empty.
std::variant<Problem, FormFields> parse_multipart_fields(std::string_view body,
                                                         const MediaType& media_type);

}  // namespace promotions
