// Where the tags of a Mustache source are. Private to render.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace promotions {

struct Tag {
  std::size_t begin = 0;        // of "{{"
  std::size_t end = 0;          // behind "}}"; npos: it is not closed
  bool is_triple = false;       // {{{…}}}
  std::string_view contents{};  // between the braces, without the space around
};

// The first tag at `position` or behind it, as the engine sees it.
std::optional<Tag> next_tag(std::string_view source, std::size_t position);

}  // namespace promotions
