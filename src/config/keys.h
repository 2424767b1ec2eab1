// The table of all keys: the one place that defines what can be configured. The reading of the
// file, of the environment and of `--set`, and the test of config.example.toml, all use it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/value_forms.h"
#include "promotions/config/config.h"

namespace promotions {

// Where a key's value lives.
using ConfigField =
    std::variant<bool*, int*, std::int64_t*, Millis*, std::string*, std::vector<std::string>*>;

struct ConfigKey {
  std::string path;  // "mail.smtp.port"
  ConfigField (*field)(Config&);

  // Bounds of numbers, and of durations in milliseconds.
  std::int64_t min = 0;
  std::int64_t max = 0;

  // The form of a text, or of each element of a list.
  ValueForm form = any_text;
  std::string expected = "text without control characters";  // what `form` demands

  bool is_secret = false;  // messages must not show its value

  // The environment variable: "PROMOTIONS_MAIL_SMTP_PORT".
  std::string variable() const;
};

// In the order of the documentation. Made at the first call; thread-safe.
const std::vector<ConfigKey>& config_keys();

// null if there is no such key.
const ConfigKey* find_config_key(std::string_view path);

// Is `path` a table that contains keys, such as "mail" or "mail.smtp"?
bool is_config_section(std::string_view path);

}  // namespace promotions
