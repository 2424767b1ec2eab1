// The configuration. The input is a TOML file and, each behind a NUL, what `--set` is given.
#include "promotions/config/config.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/keys.h"
#include "fuzz/require.h"
#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"

using namespace promotions;
using fuzz::require;

namespace {

constexpr std::size_t kMaxMessage = 2000;

// A file in memory with a path.
class MemoryFile {
 public:
  MemoryFile() : fd_(memfd_create("config", MFD_CLOEXEC)) { require(fd_ >= 0, "memfd_create"); }

  void write(std::string_view content) const {
    const auto size = static_cast<ssize_t>(content.size());
    require(ftruncate(fd_, 0) == 0 && pwrite(fd_, content.data(), content.size(), 0) == size,
            "a file can be written");
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

ConfigSources sources_of(std::string_view input) {
  static const MemoryFile file;
  const auto end = input.find('\0');
  file.write(input.substr(0, end));
  ConfigSources sources{file.path(), {}};
  while (input.find('\0') != std::string_view::npos) {
    input.remove_prefix(input.find('\0') + 1);
    sources.overrides.emplace_back(input.substr(0, input.find('\0')));
  }
  return sources;
}

void check_text(const ConfigKey& key, const std::string& text) {
  require(is_utf8(text) && !has_control(text), "text is UTF-8 without control characters");
  require(key.form(text) == text, "a value in its form stays as it is");
}

void check_field(const ConfigKey& key, Config& config) {
  const auto in_bounds = [&key](std::int64_t number) {
    require(number >= key.min && number <= key.max, "a number is within its bounds");
  };
  struct {
    const ConfigKey& key;
    decltype(in_bounds) check;
    void operator()(const bool* /*any*/) const {}
    void operator()(const int* number) const { check(*number); }
    void operator()(const std::int64_t* number) const { check(*number); }
    void operator()(const Millis* duration) const { check(duration->count()); }
    void operator()(const std::string* text) const { check_text(key, *text); }
    void operator()(const std::vector<std::string>* list) const {
      for (const std::string& text : *list) check_text(key, text);
    }
  } const visitor{key, in_bounds};
  std::visit(visitor, key.field(config));
}

void check_message(std::string_view message) {
  require(is_utf8(message), "a message is UTF-8");
  require(!has_control(message), "a message is one line that no terminal acts on");
  require(message.size() <= kMaxMessage, "a message is bounded");
  require(message.starts_with("/proc/self/fd/") || message.starts_with("--set: ") ||
              message.starts_with("defaults: "),
          "a message begins with its place");
  require(message.find("; ") != std::string_view::npos, "a message says what would be right");
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  // The environment is another source, and not the input's.
  std::vector<std::string> names;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    if (text.starts_with("PROMOTIONS_")) names.emplace_back(text.substr(0, text.find('=')));
  }
  for (const std::string& name : names) unsetenv(name.c_str());
  return 0;
}

// Whatever else is thrown ends the process.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sources = sources_of({reinterpret_cast<const char*>(data), size});
  try {
    Config config = load_config(sources);
    for (const ConfigKey& key : config_keys()) check_field(key, config);
  } catch (const ConfigError& error) {
    check_message(error.what());
  }
  return 0;
}
