// Assigns one value to one key, or says why it does not fit.
#pragma once

#include <string>

#include "config/keys.h"
#include "promotions/base/toml_text.h"

namespace promotions {

// Converts plain text from the environment or `--set` to a value for `key`. Numbers and durations
// are written as they are, text bare or as a TOML string, lists with commas or as a TOML array.
// Text that looks like TOML but is not is taken literally. Throws nothing: assign() checks the
// value.
TomlValue value_of_text(const ConfigKey& key, const std::string& text);

// Stores the value in `config`. Throws ConfigError "place: key is value; expected …".
void assign(const ConfigKey& key, const TomlValue& value, const std::string& place, Config& config);

// Makes what was given fit for a message: on one line and not too long.
std::string printable(std::string_view text);
std::string in_quotes(std::string_view text);

}  // namespace promotions
