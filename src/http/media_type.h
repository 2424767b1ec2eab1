// Parses Content-Type and similar fields: a value and its parameters (RFC 9110 §5.6.6, §8.3). Pure.
// Private to http.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace promotions {

// Also holds a Content-Disposition, which has the same form, only without a slash.
struct MediaType {
  std::string type;                                             // in lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, in order

  // Returns the first parameter of that name, as browsers do; nullptr if there is none.
  const std::string* parameter(std::string_view name) const;
};

// Passes over what is no parameter. Within quotes a backslash escapes the character after it (RFC
// 9110 §5.6.4).
MediaType parse_media_type(std::string_view text);

// The same for the Content-Disposition of a part of a form. Browsers do not escape backslashes in
// file and field names, so a backslash escapes only a quote or another backslash there.
MediaType parse_disposition(std::string_view text);

// Whether `label` is one of UTF-8's labels in the WHATWG Encoding Standard, §4.2, ignoring case and
// white space around it.
bool is_utf8_label(std::string_view label);

// The same for US-ASCII. Its labels come from IANA, since that standard takes them for
// windows-1252.
bool is_ascii_label(std::string_view label);

}  // namespace promotions
