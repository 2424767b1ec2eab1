// One value into one key, with the message for when it does not fit.
#pragma once

#include <string>

#include "config/keys.h"
#include "promotions/base/toml_text.h"

namespace promotions {

// What plain text from the environment or `--set` means for `key`: numbers and durations as they
// are, text bare or as a TOML string, lists separated by commas or as a TOML array. What looks like
// TOML and is not is taken as it is.
TomlValue value_of_text(const ConfigKey& key, const std::string& text);

// Throws ConfigError "place: key is value; expected …".
void assign(const ConfigKey& key, const TomlValue& value, const std::string& place, Config& config);

// Something that was given, for a message: on one line and not too long.
std::string printable(std::string_view text);
std::string in_quotes(std::string_view text);

}  // namespace promotions
