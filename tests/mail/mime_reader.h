// Reads back what to_mime() wrote, by the RFCs and without any code of the product.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace promotions {

struct MimePart {
  std::vector<std::pair<std::string, std::string>> headers;  // unfolded, not decoded
  std::string body;                                          // transfer encoding undone
  std::vector<MimePart> parts;                               // of a multipart, which has no body

  // The one field of this name; "(absent)" or "(repeated)" if there is not exactly one.
  std::string header(std::string_view name) const;
};

using MimeMessage = MimePart;

// Throws std::runtime_error where the bytes break a rule.
MimeMessage read_mime(std::string_view bytes);

// RFC 2047 encoded-words decoded, white space between two of them dropped.
std::string decode_words(std::string_view text);

std::vector<std::string> lines_of(std::string_view bytes);

}  // namespace promotions
