// The table of all keys: the one place that says what can be configured. The file, the environment,
// `--set` and the test of config.example.toml all go by it.
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

  // Form of text, and of each element of a list.
  ValueForm form = any_text;
  std::string expected = "text without control characters";  // what `form` demands

  bool is_secret = false;  // its value must not be shown

  // "PROMOTIONS_MAIL_SMTP_PORT"
  std::string variable() const;
};

// In the order of the documentation.
const std::vector<ConfigKey>& config_keys();

const ConfigKey* find_config_key(std::string_view path);

// Is `path` a table that keys are in: "mail", "mail.smtp"?
bool is_config_section(std::string_view path);

}  // namespace promotions
