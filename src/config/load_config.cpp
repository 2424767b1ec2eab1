#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "config/assign.h"
#include "config/cross_checks.h"
#include "config/keys.h"
#include "config/small_file.h"
#include "promotions/base/errors.h"
#include "promotions/base/toml_text.h"
#include "promotions/config/config.h"
#include "promotions/config/suggestion.h"

namespace promotions {
namespace {

constexpr std::string_view kPrefix = "PROMOTIONS_";
const char* const kConfigVariable = "PROMOTIONS_CONFIG";
const char* const kDefaultFile = "promotions.toml";
const char* const kSeeExample = "; config.example.toml shows those there are";

std::string hint(std::string_view given, const std::vector<std::string>& known) {
  const auto nearest = suggestion(given, known);
  return nearest ? "; did you mean " + *nearest + "?" : kSeeExample;
}

const ConfigKey& require_key(std::string_view path, const std::string& place) {
  const ConfigKey* key = find_config_key(path);
  if (key != nullptr) return *key;
  std::vector<std::string> paths;
  for (const ConfigKey& known : config_keys()) paths.push_back(known.path);
  throw ConfigError(place + ": unknown key " + printable(path) + hint(path, paths));
}

struct Setting {
  std::string name;
  std::string value;
};

// The variables PROMOTIONS_*, sorted, so that of several errors the same one is always reported.
std::vector<Setting> environment_settings() {
  std::vector<Setting> settings;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (!text.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    settings.push_back({std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))});
  }
  std::sort(settings.begin(), settings.end(),
            [](const Setting& a, const Setting& b) { return a.name < b.name; });
  return settings;
}

// "PROMOTIONS_MAIL_" for the key "mail.smtp.port".
std::string section_prefix(const ConfigKey& key) {
  return key.variable().substr(0, kPrefix.size() + key.path.find('.') + 1);
}

// Returns the key that the variable `name` sets; null if the variable is not ours. A name that
// begins like one of our sections is meant for us, so an unknown key there is an error. Other names
// (PROMOTIONS_HOME, or what Kubernetes sets for a service called "promotions") may belong to
// somebody else, so if one looks like a slip, there is only a warning.
const ConfigKey* find_variable(const std::string& name, std::vector<std::string>& warnings) {
  std::vector<std::string> variables{kConfigVariable};
  bool is_ours = false;
  for (const ConfigKey& key : config_keys()) {
    if (key.variable() == name) return &key;
    is_ours = is_ours || name.starts_with(section_prefix(key));
    variables.push_back(key.variable());
  }
  if (!is_ours) {
    if (const auto meant = suggestion(name, variables)) {
      warnings.push_back(printable(name) + ": unknown environment variable, and ignored; " +
                         "did you mean " + *meant + "?");
    }
    return nullptr;
  }
  throw ConfigError(printable(name) + ": unknown environment variable" + hint(name, variables));
}

// The sources must be read from the weakest to the strongest: each key is overwritten by a later
// one.
class Loader {
 public:
  void read_file(const ConfigSources& sources) {
    if (sources.file) {
      read_file(*sources.file, read_small_file(*sources.file, *sources.file + ": "));
      return;
    }
    const char* const named = std::getenv(kConfigVariable);
    if (named != nullptr && *named != '\0') {
      read_file(named, read_small_file(named, std::string(kConfigVariable) + ": " + named + " "));
      return;
    }
    std::error_code ignored;
    if (std::filesystem::exists(kDefaultFile, ignored)) {
      read_file(kDefaultFile, read_small_file(kDefaultFile, std::string(kDefaultFile) + ": "));
    }
  }

  void read_environment() {
    for (const Setting& setting : environment_settings()) {
      if (setting.name == kConfigVariable) continue;
      const ConfigKey* key = find_variable(setting.name, config_.warnings);
      if (key != nullptr) set(*key, value_of_text(*key, setting.value), setting.name);
    }
  }

  void read_override(const std::string& text) {
    const std::string place = "--set";
    const auto equals = text.find('=');
    if (equals == std::string::npos) {
      // Only the key is shown: somebody may have left out the '=' before a password.
      const auto end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.");
      throw ConfigError(place + ": " + in_quotes(text.substr(0, end)) +
                        " has no \"=\" after it; expected section.key=value");
    }
    const ConfigKey& key = require_key(text.substr(0, equals), place);
    set(key, value_of_text(key, text.substr(equals + 1)), place);
  }

  Config finish() {
    cross_check(config_);
    const ConfigPlaces& places = config_.places;
    if (const auto said = places.find("storage.path"); said != places.end()) {
      config_.storage.place = said->second;
    }
    return std::move(config_);
  }

 private:
  void read_file(const std::string& name, const std::string& document) {
    for (const TomlEntry& entry : parse_toml(document, name)) {
      const std::string place = name + ":" + std::to_string(entry.line);
      if (is_config_section(entry.path)) {
        require_table(entry, place);
      } else {
        set(require_key(entry.path, place), entry.value, place);
      }
    }
  }

  static void require_table(const TomlEntry& entry, const std::string& place) {
    const auto* unfit = std::get_if<UnfitValue>(&entry.value);
    if (unfit != nullptr && unfit->is_table) return;
    throw ConfigError(place + ": " + entry.path + " is a value; expected the section [" +
                      entry.path + "]");
  }

  void set(const ConfigKey& key, const TomlValue& value, const std::string& place) {
    assign(key, value, place, config_);
    config_.places[key.path] = place;
  }

  Config config_;
};

}  // namespace

Config load_config(const ConfigSources& sources) {
  Loader loader;
  loader.read_file(sources);
  loader.read_environment();
  for (const std::string& text : sources.overrides) loader.read_override(text);
  return loader.finish();
}

}  // namespace promotions
