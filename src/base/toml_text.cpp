#include "promotions/base/toml_text.h"

#include <toml++/toml.h>

#include <algorithm>

#include "promotions/base/errors.h"

namespace promotions {
namespace {

std::string type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a decimal number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

TomlValue list_value(const toml::array& array) {
  std::vector<std::string> list;
  for (const toml::node& node : array) {
    const auto* text = node.as_string();
    if (text == nullptr) return UnfitValue{"a list with " + type_name(node) + " in it"};
    list.push_back(text->get());
  }
  return list;
}

TomlValue to_value(const toml::node& node) {
  if (const auto* truth = node.as_boolean()) return truth->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* array = node.as_array()) return list_value(*array);
  return UnfitValue{type_name(node), node.is_table()};
}

std::string path_part(std::string_view key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
  return bare ? std::string(key) : '"' + std::string(key) + '"';
}

// The parser quotes the offending text as it is, control characters included.
std::string without_controls(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }, '?');
  return text;
}

void flatten(const toml::table& table, const std::string& prefix, std::vector<TomlEntry>& entries) {
  for (const auto& [key, node] : table) {
    const std::string path = prefix + path_part(key.str());
    const auto* inner = node.as_table();
    if (inner != nullptr && !inner->empty()) {
      flatten(*inner, path + ".", entries);
    } else {
      entries.push_back({path, node.source().begin.line, to_value(node)});
    }
  }
}

std::string_view line_of(std::string_view document, std::size_t number) {
  for (std::size_t line = 1; line < number; ++line) {
    const auto end = document.find('\n');
    if (end == std::string_view::npos) return {};
    document.remove_prefix(end + 1);
  }
  return document.substr(0, document.find('\n'));
}

}  // namespace

std::vector<TomlEntry> parse_toml(std::string_view document, const std::string& file) {
  std::vector<TomlEntry> entries;
  try {
    const toml::table table = toml::parse(document, file);
    flatten(table, "", entries);
  } catch (const toml::parse_error& error) {
    const std::size_t line = error.source().begin.line;
    std::string message = file + ":" + std::to_string(line) + ": not valid TOML";
    // The description quotes the line, which must not put a password into a log.
    if (line_of(document, line).find("password") == std::string_view::npos) {
      message += " (" + without_controls(std::string(error.description())) + ")";
    }
    throw ConfigError(message + "; expected [section] or key = value");
  }
  // toml++ sorts the keys of a table by name.
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
  return entries;
}

std::optional<TomlValue> parse_toml_value(const std::string& text) {
  try {
    // More than one key means that `text` went on after the value with another line.
    const toml::table table = toml::parse("value = " + text);
    if (table.size() != 1 || !table.contains("value")) return std::nullopt;
    return to_value(*table.get("value"));
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
}

}  // namespace promotions
