#include "http/multipart.h"

#include <algorithm>

#include "promotions/base/encoding.h"
#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxBoundary = 70;  // RFC 2046 §5.1.1
constexpr std::size_t kMaxHead = 4096;    // bytes of a part's own header fields
constexpr std::string_view kLineEnd = "\r\n";

Problem malformed(std::string detail) {
  return {ProblemCode::malformed_request, std::move(detail)};
}

// RFC 2046 §5.1.1, bchars.
bool is_boundary(std::string_view text) {
  constexpr std::string_view others = "'()+_,-./:=? ";
  return !text.empty() && text.size() <= kMaxBoundary && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || http_syntax::is_digit(c) ||
                  others.find(c) != std::string_view::npos;
         });
}

// Browsers write a quote, CR and LF in a name as %22, %0D and %0A (HTML standard,
// multipart/form-data encoding algorithm). Other percent signs are text.
std::string unescaped(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    const std::string escape = to_lower_ascii(name.substr(0, 3));
    const char c = escape == "%22" ? '"' : escape == "%0d" ? '\r' : escape == "%0a" ? '\n' : '\0';
    text += c != '\0' ? c : name.front();
    name.remove_prefix(c != '\0' ? 3 : 1);
  }
  return text;
}

bool is_text(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

class MultipartReader {
 public:
  MultipartReader(std::string_view body, std::string_view boundary)
      : rest_(body), delimiter_("--" + std::string(boundary)) {}

  std::variant<Problem, std::vector<Part>> read() {
    // Text before the first delimiter is ignored (RFC 2046 §5.1.1, preamble).
    if (rest_.starts_with(delimiter_)) {
      rest_.remove_prefix(delimiter_.size());
    } else if (!take_content()) {
      return malformed("the form's boundary is not in its body");
    }
    std::vector<Part> parts;
    for (;;) {
      if (rest_.starts_with("--")) return parts;  // what follows is ignored, too (epilogue)
      if (!end_delimiter()) return malformed("the form's boundary is not alone on its line");
      if (parts.size() == kMaxParts) return malformed("the form has too many parts");
      Part part;
      if (auto problem = read_head(part)) return *std::move(problem);
      const auto content = take_content();
      if (!content) return malformed("the form has no end");
      part.content = *content;
      parts.push_back(std::move(part));
    }
  }

 private:
  // Takes and returns everything before the next delimiter, and takes the delimiter, too. The line
  // end before a delimiter belongs to it.
  std::optional<std::string_view> take_content() {
    const std::string wanted = std::string(kLineEnd) + delimiter_;
    const std::size_t end = rest_.find(wanted);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view content = rest_.substr(0, end);
    rest_.remove_prefix(end + wanted.size());
    return content;
  }

  // Takes the end of a delimiter's line: white space that transport may have added, and CRLF.
  bool end_delimiter() {
    const std::size_t end = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    rest_.remove_prefix(end);
    if (!rest_.starts_with(kLineEnd)) return false;
    rest_.remove_prefix(kLineEnd.size());
    return true;
  }

  std::optional<Problem> read_head(Part& part) {
    bool has_name = false;
    std::size_t bytes = 0;
    for (;;) {
      const std::size_t end = rest_.find(kLineEnd);
      if (end == std::string_view::npos) return malformed("a part of the form has no end");
      const std::string_view line = rest_.substr(0, end);
      bytes += line.size();
      if (bytes > kMaxHead) return malformed("a part of the form has too long a head");
      rest_.remove_prefix(end + kLineEnd.size());
      if (line.empty()) break;
      if (auto problem = read_field(line, part, has_name)) return problem;
    }
    if (!has_name) return malformed("a part of the form has no name");
    return std::nullopt;
  }

  static std::optional<Problem> read_field(std::string_view line, Part& part, bool& has_name) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !http_syntax::is_token(line.substr(0, colon))) {
      return malformed("a part of the form has a header field without a name");
    }
    const std::string_view field = line.substr(0, colon);
    const std::string_view text = line.substr(colon + 1);
    if (http_syntax::same_ignoring_case(field, "Content-Type")) {
      part.media_type = parse_media_type(text);
    } else if (http_syntax::same_ignoring_case(field, "Content-Disposition")) {
      const MediaType value = parse_disposition(text);
      const std::string* name = value.parameter("name");
      if (value.type != "form-data" || name == nullptr || has_name) {
        return malformed("a part of the form has no name, or more than one");
      }
      has_name = true;
      part.name = unescaped(*name);
      if (!is_text(part.name)) return malformed("a name in the form is not UTF-8");
      const std::string* file = value.parameter("filename");
      part.is_file = file != nullptr || value.parameter("filename*") != nullptr;
      if (file != nullptr) part.file_name = unescaped(*file);
      if (value.parameter("filename*") != nullptr) part.file_name = *value.parameter("filename*");
    } else if (http_syntax::same_ignoring_case(field, "Content-Transfer-Encoding")) {
      // RFC 7578 §4.7: deprecated, and no program sends it. A part that is really encoded is
      // refused, as it would have to be decoded.
      const MediaType value = parse_media_type(text);
      if (value.type != "7bit" && value.type != "8bit" && value.type != "binary") {
        return malformed("a part of the form is encoded, as " + value.type);
      }
    }
    return std::nullopt;
  }

  std::string_view rest_;
  const std::string delimiter_;
};

}  // namespace

std::variant<Problem, std::vector<Part>> parse_multipart(std::string_view body,
                                                         const MediaType& media_type) {
  const std::string* boundary = media_type.parameter("boundary");
  if (boundary == nullptr || !is_boundary(*boundary)) {
    return malformed("multipart/form-data needs a boundary of 1 to 70 characters");
  }
  return MultipartReader(body, *boundary).read();
}

std::variant<Problem, FormFields> parse_multipart_fields(std::string_view body,
                                                         const MediaType& media_type) {
  auto parsed = parse_multipart(body, media_type);
  if (auto* problem = std::get_if<Problem>(&parsed)) return std::move(*problem);
  FormFields fields;
  for (Part& part : std::get<std::vector<Part>>(parsed)) {
    if (part.is_file && !(part.file_name.empty() && part.content.empty())) {
      return invalid_field(part.name, "file", "is a file; this form takes none");
    }
    const std::string* charset = part.media_type.parameter("charset");
    if (charset != nullptr && !is_utf8_label(*charset) && !is_ascii_label(*charset)) {
      return Problem{ProblemCode::unsupported_media_type, "send the parts of the form in UTF-8"};
    }
    if (!is_text(part.content)) return malformed("a value in the form is not UTF-8");
    fields.emplace_back(std::move(part.name), std::string(part.content));
  }
  return fields;
}

}  // namespace promotions
