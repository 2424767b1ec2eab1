#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "promotions/render/mail_renderer.h"
#include "render/mail_names.h"
#include "render/template_tags.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;
constexpr std::size_t kMaxDepth = 32;  // the engine recurses, so each level takes stack
constexpr std::size_t kMaxShownBytes = 60;

bool is_odd_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
}

// `name` in quotes, shortened if it is long. It is cut between characters, because the reason
// becomes JSON, which must be UTF-8.
std::string quoted(std::string_view name) {
  if (name.size() <= kMaxShownBytes) return '"' + std::string(name) + '"';
  std::size_t end = kMaxShownBytes;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
  return '"' + std::string(name.substr(0, end)) + "…\"";
}

// Reads tags exactly as the engine does, but is stricter where the engine silently accepts
// mistakes. The engine parses everything that this check accepts without an error.
class SyntaxCheck {
 public:
  // `names` are those that the template may use; null means any.
  SyntaxCheck(std::string_view source, const MailNames* names) : source_(source), names_(names) {}

  std::optional<TemplateFault> fault() {
    std::size_t position = 0;
    while (const auto tag = next_tag(source_, position)) {
      if (tag->end == std::string_view::npos) {
        return at(tag->begin, "a tag is opened and not closed");
      }
      if (auto fault = check_tag(*tag)) return fault;
      position = tag->end;
    }
    if (sections_.empty()) return std::nullopt;
    return at(sections_.back().position,
              "section " + quoted(sections_.back().name) + " is not closed");
  }

 private:
  struct Section {
    std::string_view name;
    std::size_t position;
    bool is_scope;  // "#": names inside it are looked up in it first; "^" has no value
  };

  TemplateFault at(std::size_t position, const std::string& what,
                   const char* code = "invalid") const {
    const auto lines =
        std::count(source_.begin(), source_.begin() + static_cast<long>(position), '\n');
    return {code, "line " + std::to_string(lines + 1) + ": " + what};
  }

  std::optional<TemplateFault> check_tag(const Tag& tag) {
    std::string_view contents = tag.contents;
    // To the engine even {{{=…=}}} is a change of delimiters.
    if (contents.starts_with('=')) return at(tag.begin, "delimiters cannot be changed");
    if (contents.starts_with('!') && !tag.is_triple) return std::nullopt;
    if (contents.starts_with('>') && !tag.is_triple) {
      return at(tag.begin, "there is no partial " + quoted(trim_ascii(contents.substr(1))) +
                               "; nothing can be included");
    }
    char sigil = '\0';
    if (!tag.is_triple && !contents.empty() &&
        std::string_view("#^/&").find(contents.front()) != std::string_view::npos) {
      sigil = contents.front();
      contents = trim_ascii(contents.substr(1));
    }
    if (contents.empty()) return at(tag.begin, "a tag has no name");
    if (contents.find_first_of("{}<>\n") != std::string_view::npos) {
      return at(tag.begin, quoted(contents) + " is not a name");
    }
    if (sigil == '/') return close(tag.begin, contents);
    const bool is_section = sigil == '#' || sigil == '^';
    std::string scope;
    if (auto fault = check_name(tag.begin, contents, is_section, scope)) return fault;
    if (!is_section) return std::nullopt;
    sections_.push_back({contents, tag.begin, sigil == '#'});
    if (sigil == '#') scopes_.push_back(std::move(scope));
    if (sections_.size() <= kMaxDepth) return std::nullopt;
    return at(tag.begin, "more than " + std::to_string(kMaxDepth) + " sections within each other");
  }

  std::optional<TemplateFault> check_name(std::size_t position, std::string_view name,
                                          bool is_section, std::string& scope) const {
    if (names_ == nullptr) return std::nullopt;
    if (name == "." && !scopes_.empty()) {  // the value of the section itself
      scope = scopes_.back();
      return std::nullopt;
    }
    const auto path = names_->find(scopes_, name);
    if (!path) {
      return at(position, "this mail has no " + quoted(name) + " (it has " + listed(*names_) + ")",
                "unknown_name");
    }
    if (!is_section && !names_->is_value(*path)) {
      return at(position, quoted(name) + " is not a text but holds some; it is for a section",
                "unknown_name");
    }
    scope = names_->scope_of(*path);
    return std::nullopt;
  }

  static std::string listed(const MailNames& names) {
    std::string list;
    for (const std::string_view name : names.all()) {
      if (!list.empty()) list += ", ";
      list += name == "data.*" ? "data.NAME" : name;
    }
    return list;
  }

  std::optional<TemplateFault> close(std::size_t position, std::string_view name) {
    if (sections_.empty()) return at(position, "section " + quoted(name) + " is not open");
    if (sections_.back().name != name) {
      return at(position,
                "section " + quoted(sections_.back().name) + " is closed as " + quoted(name));
    }
    if (sections_.back().is_scope) scopes_.pop_back();
    sections_.pop_back();
    return std::nullopt;
  }

  std::string_view source_;
  const MailNames* names_;
  std::vector<Section> sections_;
  std::vector<std::string> scopes_;  // the paths of the open sections that are scopes
};

std::optional<TemplateFault> fault_of(std::string_view source, const MailNames* names) {
  if (source.size() > kMaxBytes) {
    return TemplateFault{"invalid", "has " + std::to_string(source.size()) + " bytes; at most " +
                                        std::to_string(kMaxBytes) + " are allowed"};
  }
  if (!is_utf8(source)) return TemplateFault{"invalid", "is not UTF-8"};
  if (std::any_of(source.begin(), source.end(), is_odd_control)) {
    return TemplateFault{"invalid", "holds a control character"};
  }
  return SyntaxCheck(source, names).fault();
}

}  // namespace

std::optional<std::string> template_error(std::string_view source) {
  auto fault = fault_of(source, nullptr);
  return fault ? std::optional(std::move(fault->detail)) : std::nullopt;
}

std::optional<TemplateFault> mail_template_fault(std::string_view kind, std::string_view source) {
  if (is_blank(source))
    return TemplateFault{"empty", "is empty; leave it out for the built-in one"};
  return fault_of(source, mail_names(kind));
}

}  // namespace promotions
