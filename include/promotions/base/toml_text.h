// TOML as a flat list of what it sets: the configuration, the texts of a language. The one home of
// toml++.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace promotions {

// A value of a type that nothing here asks for.
struct UnfitValue {
  std::string type;  // "a fraction"
  bool is_table = false;
};
using TomlValue =
    std::variant<bool, std::int64_t, std::string, std::vector<std::string>, UnfitValue>;

struct TomlEntry {
  std::string path;  // "mail.smtp.port"; a part that is not a bare key is quoted
  std::size_t line = 0;
  TomlValue value;
};

// The leaves of a document in the order of its lines; an empty table is a leaf. Throws ConfigError
// with `file` and line.
std::vector<TomlEntry> parse_toml(std::string_view document, const std::string& file);

// A single value: `"text"`, `["a", "b"]`. nullopt if it is not one.
std::optional<TomlValue> parse_toml_value(const std::string& text);

}  // namespace promotions
