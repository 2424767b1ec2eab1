#include <cstddef>
#include <string>
#include <vector>

#include "promotions/base/encoding.h"
#include "promotions/render/mail_renderer.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr std::size_t kMaxDepth = 32;  // the engine recurses, so depth is stack
constexpr std::size_t kMaxShownBytes = 60;

bool is_odd_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

// `name` in quotes, cut between characters: the reason becomes JSON, which must be UTF-8.
std::string quoted(std::string_view name) {
  if (name.size() <= kMaxShownBytes) return '"' + std::string(name) + '"';
  std::size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return '"' + std::string(name.substr(0, end)) + "…\"";
}

// Reads tags just as the engine does and is stricter where that lets mistakes pass in silence.
// What it accepts, the engine parses without an error.
class SyntaxCheck {
 public:
  explicit SyntaxCheck(std::string_view source) : source_(source) {}

  std::optional<std::string> error() {
    std::size_t position = 0;
    while (true) {
      const std::size_t open = source_.find("{{", position);
      if (open == std::string_view::npos) break;
      const bool triple = source_.substr(open + 2).starts_with('{');
      const std::string_view closing = triple ? "}}}" : "}}";
      const std::size_t begin = open + (triple ? 3 : 2);
      const std::size_t end = source_.find(closing, begin);
      if (end == std::string_view::npos) return at(open, "a tag is opened and not closed");
      if (auto reason = check_tag(open, trim_ascii(source_.substr(begin, end - begin)), triple)) {
        return reason;
      }
      position = end + closing.size();
    }
    if (sections_.empty()) return std::nullopt;
    return at(sections_.back().position,
              "section " + quoted(sections_.back().name) + " is not closed");
  }

 private:
  struct Section {
    std::string_view name;
    std::size_t position;
  };

  std::string at(std::size_t position, const std::string& what) const {
    std::size_t line = 1;
    for (const char c : source_.substr(0, position)) line += c == '\n' ? 1 : 0;
    return "line " + std::to_string(line) + ": " + what;
  }

  std::optional<std::string> check_tag(std::size_t position, std::string_view contents,
                                       bool triple) {
    // The engine takes even {{{=…=}}} for a change of delimiters.
    if (contents.starts_with('=')) return at(position, "delimiters cannot be changed");
    if (contents.starts_with('!') && !triple) return std::nullopt;
    if (contents.starts_with('>') && !triple) {
      return at(position, "there is no partial " + quoted(trim_ascii(contents.substr(1))) +
                              "; nothing can be included");
    }
    char sigil = '\0';
    if (!triple && !contents.empty() &&
        std::string_view("#^/&").find(contents.front()) != std::string_view::npos) {
      sigil = contents.front();
      contents = trim_ascii(contents.substr(1));
    }
    if (contents.empty()) return at(position, "a tag has no name");
    if (contents.find_first_of("{}<>\n") != std::string_view::npos) {
      return at(position, quoted(contents) + " is not a name");
    }
    if (sigil == '/') return close(position, contents);
    if (sigil != '#' && sigil != '^') return std::nullopt;
    sections_.push_back({contents, position});
    if (sections_.size() <= kMaxDepth) return std::nullopt;
    return at(position, "more than " + std::to_string(kMaxDepth) + " sections within each other");
  }

  std::optional<std::string> close(std::size_t position, std::string_view name) {
    if (sections_.empty()) return at(position, "section " + quoted(name) + " is not open");
    if (sections_.back().name != name) {
      return at(position,
                "section " + quoted(sections_.back().name) + " is closed as " + quoted(name));
    }
    sections_.pop_back();
    return std::nullopt;
  }

  std::string_view source_;
  std::vector<Section> sections_;
};

}  // namespace

std::optional<std::string> template_error(std::string_view source) {
  if (source.size() > kMaxBytes) {
    return "has " + std::to_string(source.size()) + " bytes; at most " + std::to_string(kMaxBytes) +
           " are allowed";
  }
  if (!is_utf8(source)) return "is not UTF-8";
  for (const char c : source) {
    if (is_odd_control(c)) return "holds a control character";
  }
  return SyntaxCheck(source).error();
}

}  // namespace promotions
