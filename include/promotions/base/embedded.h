// Files that are compiled into the binary (cmake/embed.cmake). Their bytes live as long as the
// process. Thread-safe.
#pragma once

#include <span>
#include <string_view>

namespace promotions {

struct EmbeddedFile {
  std::string_view path;  // relative to the embedded folder, with '/'
  std::string_view content;
};

std::span<const EmbeddedFile> embedded_templates();
std::span<const EmbeddedFile> embedded_scripts();     // verify_draw.py, which people download
std::span<const EmbeddedFile> embedded_migrations();  // in the order in which to apply them

}  // namespace promotions
