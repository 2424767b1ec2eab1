// Files that travel inside the binary; see cmake/embed.cmake. Their bytes live as long as the
// process.
#pragma once

#include <span>
#include <string_view>

namespace promotions {

struct EmbeddedFile {
  std::string_view path;  // below the embedded folder, with '/'
  std::string_view content;
};

std::span<const EmbeddedFile> embedded_templates();
std::span<const EmbeddedFile> embedded_migrations();  // in the order they are to be applied

}  // namespace promotions
