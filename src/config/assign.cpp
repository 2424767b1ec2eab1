#include "config/assign.h"

#include <algorithm>
#include <charconv>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxShown = 80;  // bytes of a value in a message

using List = std::vector<std::string>;

[[noreturn]] void refuse(const ConfigKey& key, const std::string& place, const std::string& shown,
                         const std::string& expected) {
  throw ConfigError(place + ": " + key.path + " is " + (key.is_secret ? "not usable" : shown) +
                    "; expected " + expected);
}

std::string shown(const TomlValue& value) {
  if (std::holds_alternative<bool>(value)) return "a boolean";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return in_quotes(*text);
  if (const auto* unfit = std::get_if<UnfitValue>(&value)) return unfit->type;
  return "a list";
}

// Assigns one value to one key: one overload for each type of a key's field.
class Assignment {
 public:
  Assignment(const ConfigKey& key, const TomlValue& value, const std::string& place)
      : key_(key), value_(value), place_(place) {}

  void operator()(bool* field) const {
    const auto* truth = std::get_if<bool>(&value_);
    if (truth == nullptr) refuse_value("true or false");
    *field = *truth;
  }

  void operator()(int* field) const { *field = static_cast<int>(number()); }
  void operator()(std::int64_t* field) const { *field = number(); }

  void operator()(Millis* field) const {
    const auto* text = std::get_if<std::string>(&value_);
    const auto duration = text == nullptr ? std::nullopt : parse_duration(*text);
    if (!duration) {
      refuse_value("a duration such as \"250ms\", \"10s\", \"5m\", \"48h\" or \"30d\"");
    }
    if (*duration < Millis{key_.min} || *duration > Millis{key_.max}) {
      refuse_value(to_duration_text(Millis{key_.min}) + ".." + to_duration_text(Millis{key_.max}));
    }
    *field = *duration;
  }

  void operator()(std::string* field) const {
    const auto* text = std::get_if<std::string>(&value_);
    if (text == nullptr) refuse_value("a string");
    *field = formed(*text);
  }

  void operator()(List* field) const {
    const auto* list = std::get_if<List>(&value_);
    if (list == nullptr) refuse_value("a list of strings");
    field->clear();
    for (const std::string& element : *list) field->push_back(formed(element));
  }

 private:
  [[noreturn]] void refuse_value(const std::string& expected) const {
    refuse(key_, place_, shown(value_), expected);
  }

  std::int64_t number() const {
    const std::string range = std::to_string(key_.min) + ".." + std::to_string(key_.max);
    const auto* number = std::get_if<std::int64_t>(&value_);
    if (number == nullptr) refuse_value("a whole number in " + range);
    if (*number < key_.min || *number > key_.max) refuse_value(range);
    return *number;
  }

  std::string formed(const std::string& text) const {
    auto result = key_.form(text);
    if (!result) refuse(key_, place_, in_quotes(text), key_.expected);
    return *std::move(result);
  }

  const ConfigKey& key_;
  const TomlValue& value_;
  const std::string& place_;
};

List split(std::string_view text) {
  List parts;
  if (trim_ascii(text).empty()) return parts;
  for (;;) {
    const auto comma = text.find(',');
    parts.emplace_back(trim_ascii(text.substr(0, comma)));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

TomlValue number_or_text(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  return text;
}

bool is_in_quotes(std::string_view text) {
  return text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
         text.back() == text.front();
}

}  // namespace

TomlValue value_of_text(const ConfigKey& key, const std::string& text) {
  // The type of the field decides what the text means; its address does not matter.
  Config unused;
  const ConfigField field = key.field(unused);
  if (std::holds_alternative<int*>(field) || std::holds_alternative<std::int64_t*>(field)) {
    return number_or_text(text);
  }
  if (std::holds_alternative<bool*>(field)) {
    if (text == "true" || text == "false") return text == "true";
    return text;
  }
  if (std::holds_alternative<List*>(field)) {
    if (!text.starts_with('[')) return split(text);
    return parse_toml_value(text).value_or(TomlValue(text));
  }
  if (is_in_quotes(text)) return parse_toml_value(text).value_or(TomlValue(text));
  return text;
}

void assign(const ConfigKey& key, const TomlValue& value, const std::string& place,
            Config& config) {
  std::visit(Assignment(key, value, place), key.field(config));
}

std::string printable(std::string_view text) {
  if (!is_utf8(text)) return "(not UTF-8)";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool begins_character = byte < 0x80 || byte >= 0xC0;  // never cut inside of a character
    if (begins_character && result.size() >= kMaxShown) return result + "…";
    result += byte < 0x20 || byte == 0x7F ? '?' : c;
  }
  return result;
}

std::string in_quotes(std::string_view text) {
  return '"' + printable(text) + '"';
}

}  // namespace promotions
