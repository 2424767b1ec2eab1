#include "jobs/given_data.h"

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/linked_text.h"
#include "promotions/render/phrases.h"

namespace promotions {
namespace {

constexpr std::size_t kLongest = 300;  // bytes of a name or value: enough to recognise it

// Replaces line breaks and other characters that act on lines by spaces, and cuts at a whole
// character.
std::string one_line(std::string_view text, std::size_t longest = kLongest) {
  std::string line;
  while (!text.empty()) {
    std::string_view rest = text;
    const bool is_shown = !acts_on_lines(take_code_point(rest));
    const std::string_view character = text.substr(0, text.size() - rest.size());
    if (line.size() + character.size() > longest) {
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

// What people read of a field: its label, or else, of a consent, the words of its text.
std::string label_of(const EntryField& field, Locale locale, Locale own) {
  if (!field.label.empty()) return field.label.in(locale, own);
  std::string words;
  for (const TextPart& part : parts_of(field.text.in(locale, own))) words += part.words;
  return words.empty() ? field.name : words;
}

// The label of the choice that was made, or the value as it is.
std::string choice_of(const EntryField& field, const std::string& value, Locale locale,
                      Locale own) {
  for (const FieldChoice& choice : field.choices) {
    if (choice.value == value) return choice.label.in(locale, own);
  }
  return value;
}

void add(Json& list, std::string name, const std::string& value) {
  const std::string line = one_line(value);
  if (!line.empty()) list.push_back({{"name", std::move(name)}, {"value", line}});
}

}  // namespace

Json given_list(const std::string& data, const CampaignSettings& settings, Locale locale) {
  const Locale own = Locale::of(settings.locale);
  Json given = Json::parse(data);
  Json list = Json::array();
  for (const EntryField& field : settings.fields.value_or(std::vector<EntryField>())) {
    const auto found = given.find(field.name);
    if (found == given.end()) continue;
    // The organiser's own words are shown whole: a consent is to be read before it is confirmed.
    add(list, one_line(label_of(field, locale, own), std::string::npos),
        choice_of(field, text_of(*found, locale), locale, own));
    given.erase(found);
  }
  // Then what no field has: all of it, or what a former field asked.
  for (const auto& [name, value] : given.items()) {
    add(list, one_line(name), text_of(value, locale));
  }
  return list;
}

}  // namespace promotions
