#include <fstream>
#include <set>
#include <sstream>

#include "config/keys.h"
#include "promotions/base/log.h"
#include "promotions/base/toml_text.h"
#include "promotions/config/config.h"
#include "support/catch.h"

using namespace promotions;

namespace {

const std::string kExample = PROMOTIONS_SOURCE_DIR "/config.example.toml";

std::string to_text(bool value) {
  return value ? "true" : "false";
}
std::string to_text(int value) {
  return std::to_string(value);
}
std::string to_text(std::int64_t value) {
  return std::to_string(value);
}
std::string to_text(Millis value) {
  return std::to_string(value.count()) + "ms";
}
std::string to_text(const std::string& value) {
  return "\"" + value + "\"";
}
std::string to_text(const std::vector<std::string>& value) {
  std::string text = "[";
  for (const std::string& element : value) text += to_text(element) + ",";
  return text + "]";
}

std::string value_in(Config config, const ConfigKey& key) {
  return std::visit([](const auto* field) { return to_text(*field); }, key.field(config));
}

}  // namespace

TEST_CASE("config.example.toml: loads, and sets every key to its default", "[config]") {
  const Config example = load_config({kExample, {}});
  for (const ConfigKey& key : config_keys()) {
    CAPTURE(key.path);
    CHECK(value_in(example, key) == value_in(Config{}, key));
  }
}

TEST_CASE("config.example.toml: shows every key once, in the table's order", "[config]") {
  std::ifstream file(kExample);
  std::stringstream content;
  content << file.rdbuf();
  std::vector<std::string> shown;
  for (const TomlEntry& entry : parse_toml(content.str(), kExample)) shown.push_back(entry.path);
  std::vector<std::string> known;
  for (const ConfigKey& key : config_keys()) known.push_back(key.path);
  CHECK(shown == known);
}

TEST_CASE("keys: no two share a path, a variable or a value", "[config]") {
  Config config;
  std::set<std::string> paths;
  std::set<std::string> variables;
  std::set<ConfigField> fields;
  for (const ConfigKey& key : config_keys()) {
    CAPTURE(key.path);
    CHECK(paths.insert(key.path).second);
    CHECK(variables.insert(key.variable()).second);
    CHECK(fields.insert(key.field(config)).second);
  }
}

TEST_CASE("keys: the log levels are those of the log", "[config]") {
  const ConfigKey& key = *find_config_key("log.level");
  for (const char* level : {"trace", "debug", "info", "warn", "error", "off"}) {
    CAPTURE(level);
    CHECK(key.form(level));
    // It takes what it does not know for "off".
    CHECK((spdlog::level::from_str(level) == spdlog::level::off) == (level == std::string("off")));
  }
  for (const char* level : {"fatal", "", "INFO"}) {
    CAPTURE(level);
    CHECK_FALSE(key.form(level));
  }
}
