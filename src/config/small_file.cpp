#include "config/small_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "promotions/base/errors.h"

namespace promotions {
namespace {

// Bounded, because a device or a log that is named by mistake must not fill memory.
constexpr std::size_t kMaxSize = 1 << 20;

}  // namespace

std::string read_small_file(const std::string& path, const std::string& before) {
  const auto fail = [&](const std::string& why) -> ConfigError {
    return ConfigError(before + "cannot be read (" + why + "); expected a readable file");
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             std::fclose);
  if (!file) throw fail(std::strerror(errno));
  std::string content;
  std::array<char, 4096> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get())) {
    content.append(block.data(), size);
    if (content.size() > kMaxSize) throw fail("it is larger than 1 MiB");
  }
  if (std::ferror(file.get()) != 0) throw fail(std::strerror(errno));
  return content;
}

}  // namespace promotions
