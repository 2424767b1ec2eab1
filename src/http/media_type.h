// Content-Type and its like: a value and its parameters (RFC 9110 §5.6.6, §8.3). Private to http.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace promotions {

// Also of a Content-Disposition: its form is the same but for the slash.
struct MediaType {
  std::string type;                                             // in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, in order

  // The first of that name, as browsers take it; nullptr: there is none.
  const std::string* parameter(std::string_view name) const;
};

// What cannot be read as a parameter is passed over. In quotes a backslash stands for the character
// behind it (RFC 9110 §5.6.4).
MediaType parse_media_type(std::string_view text);

// The same of a form's Content-Disposition. Browsers write file and field names as they are, so a
// backslash is itself there unless it stands before a quote or another backslash.
MediaType parse_disposition(std::string_view text);

// Is `label` one of UTF-8's in the WHATWG Encoding Standard, §4.2? In any case, with white space
// around it.
bool is_utf8_label(std::string_view label);

// The same for US-ASCII, whose labels that standard gives to windows-1252.
bool is_ascii_label(std::string_view label);

}  // namespace promotions
