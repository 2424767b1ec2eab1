#include "domain/written_text.h"

#include "promotions/base/unicode.h"

namespace promotions {

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) take_code_point(text);
  return count;
}

std::optional<std::string> written_text(std::string_view text, Lines lines) {
  std::string written = with_unix_line_ends(trim_white_space(text));
  for (std::string_view rest = written; !rest.empty();) {
    const char32_t c = take_code_point(rest);
    const bool is_fine = !acts_on_lines(c) || (lines == Lines::several && (c == '\n' || c == '\t'));
    if (!is_fine) return std::nullopt;
  }
  return written;
}

std::string with_unix_line_ends(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

}  // namespace promotions
