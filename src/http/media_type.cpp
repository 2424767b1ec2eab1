#include "http/media_type.h"

#include <algorithm>
#include <array>

#include "promotions/base/encoding.h"
#include "promotions/front/http_syntax.h"

namespace promotions {
namespace {

// The labels of UTF-8 in the WHATWG Encoding Standard, §4.2.
constexpr std::array<std::string_view, 6> kUtf8Labels{
    "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "utf-8", "utf8", "x-unicode20utf8"};
// The names of US-ASCII in IANA's registry.
constexpr std::array<std::string_view, 11> kAsciiLabels{
    "us-ascii",         "ascii", "ansi_x3.4-1968", "ansi_x3.4-1986", "iso-ir-6", "iso646-us",
    "iso_646.irv:1991", "us",    "ibm367",         "cp367",          "csascii"};

template <typename Labels>
bool is_one_of(std::string_view label, const Labels& labels) {
  return std::find(labels.begin(), labels.end(), to_lower_ascii(trim_ascii(label))) != labels.end();
}

enum class Backslash { escapes_any, escapes_few };

// Takes a quoted-string off `text`, which begins with its first quote, and returns what it stands
// for.
std::string take_quoted(std::string_view& text, Backslash backslash) {
  std::string value;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '"') {
    const bool is_escape =
        text.size() > 1 && text[0] == '\\' &&
        (backslash == Backslash::escapes_any || text[1] == '"' || text[1] == '\\');
    if (is_escape) text.remove_prefix(1);
    value += text.front();
    text.remove_prefix(1);
  }
  if (!text.empty()) text.remove_prefix(1);
  return value;
}

MediaType parse(std::string_view text, Backslash backslash) {
  MediaType media;
  const std::string_view type = text.substr(0, text.find(';'));
  media.type = to_lower_ascii(http_syntax::trim(type));
  text.remove_prefix(type.size());
  while (!text.empty()) {   // each turn takes one parameter; a malformed one is passed over
    text.remove_prefix(1);  // the ";"
    const std::string_view name = text.substr(0, text.find_first_of("=;"));
    text.remove_prefix(name.size());
    if (text.empty() || text.front() == ';') continue;
    text.remove_prefix(1);  // the "="
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    std::string value;
    const bool is_quoted = text.starts_with('"');
    if (is_quoted) value = take_quoted(text, backslash);
    const std::string_view bare = text.substr(0, text.find(';'));
    if (!is_quoted) value = http_syntax::trim(bare);
    text.remove_prefix(bare.size());
    const std::string_view trimmed = http_syntax::trim(name);
    if (http_syntax::is_token(trimmed) && (is_quoted || !value.empty())) {
      media.parameters.emplace_back(to_lower_ascii(trimmed), std::move(value));
    }
  }
  return media;
}

}  // namespace

const std::string* MediaType::parameter(std::string_view name) const {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [&](const auto& each) { return each.first == name; });
  return found == parameters.end() ? nullptr : &found->second;
}

MediaType parse_media_type(std::string_view text) {
  return parse(text, Backslash::escapes_any);
}

MediaType parse_disposition(std::string_view text) {
  return parse(text, Backslash::escapes_few);
}

bool is_utf8_label(std::string_view label) {
  return is_one_of(label, kUtf8Labels);
}

bool is_ascii_label(std::string_view label) {
  return is_one_of(label, kAsciiLabels);
}

}  // namespace promotions
