#include "jobs/given_data.h"

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

constexpr std::size_t kLongest = 300;  // bytes of a name or value; it is to be recognised, not read

// A character that ends a line, or turns the direction of writing, and so could make what follows
// look like the program's own words.
bool acts_on_lines(std::string_view character) {
  if (character.size() == 1) {
    const auto byte = static_cast<unsigned char>(character.front());
    return byte < 0x20 || byte == 0x7F;
  }
  if (character.size() == 2) return character >= "\xC2\x80" && character <= "\xC2\x9F";  // C1
  return (character >= "\xE2\x80\xA8" && character <= "\xE2\x80\xAE") ||  // U+2028 to U+202E
         (character >= "\xE2\x81\xA6" && character <= "\xE2\x81\xA9");    // U+2066 to U+2069
}

std::size_t length_of_character(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const std::string_view character = text.substr(0, length_of_character(text.front()));
    if (line.size() + character.size() > kLongest) {
      line += "…";
      break;
    }
    line += acts_on_lines(character) ? std::string_view(" ") : character;
    text.remove_prefix(character.size());
  }
  return std::string(trim_ascii(line));
}

std::string text_of(const Json& value, std::string_view locale) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) {
    const bool yes = value.get<bool>();
    return locale == "en" ? (yes ? "yes" : "no") : (yes ? "sí" : "no");
  }
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

Json given_list(const std::string& data, std::string_view locale) {
  Json list = Json::array();
  const Json given = Json::parse(data);
  for (const auto& [name, value] : given.items()) {
    const std::string text = one_line(text_of(value, locale));
    if (!text.empty()) list.push_back({{"name", one_line(name)}, {"value", text}});
  }
  return list;
}

}  // namespace promotions
