// Reads TOML into a flat list of the values that it sets. Used for the configuration and for the
// texts of a language. The only module with toml++ inside. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace promotions {

// A value of a type that the program never uses.
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

// Returns the leaves of a document in the order of their lines; an empty table is a leaf. Throws
// ConfigError with `file` and the line if the document is not valid TOML.
std::vector<TomlEntry> parse_toml(std::string_view document, const std::string& file);

// Reads a single value like `"text"` or `["a", "b"]`. Returns nullopt if `text` is not one.
std::optional<TomlValue> parse_toml_value(const std::string& text);

}  // namespace promotions
