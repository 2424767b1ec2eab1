#include "jobs/given_data.h"

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

constexpr std::size_t kLongest = 300;  // bytes of a name or value: enough to recognise it

// Replaces line breaks and other characters that act on lines by spaces, and cuts at a whole
// character.
std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    std::string_view rest = text;
    const bool is_shown = !acts_on_lines(take_code_point(rest));
    const std::string_view character = text.substr(0, text.size() - rest.size());
    if (line.size() + character.size() > kLongest) {
      line += "…";
      break;
    }
    line += is_shown ? character : std::string_view(" ");
    text = rest;
  }
  return std::string(trim_ascii(line));
}

// A value as people read it: yes and no in their language, lists with commas.
std::string text_of(const Json& value, Locale locale) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return phrase(locale, value.get<bool>() ? Phrase::yes : Phrase::no);
  if (value.is_array()) {
    std::string list;
    for (const Json& item : value) {
      const std::string text = text_of(item, locale);
      if (!text.empty()) list.append(list.empty() ? "" : ", ").append(text);
    }
    return list;
  }
  return value.is_null() ? std::string() : value.dump();
}

}  // namespace

Json given_list(const std::string& data, Locale locale) {
  Json list = Json::array();
  const Json given = Json::parse(data);
  for (const auto& [name, value] : given.items()) {
    const std::string text = one_line(text_of(value, locale));
    if (!text.empty()) list.push_back({{"name", one_line(name)}, {"value", text}});
  }
  return list;
}

}  // namespace promotions
