// Finds the tags of a Mustache source. Private to render.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace promotions {

struct Tag {
  std::size_t begin = 0;        // where "{{" begins
  std::size_t end = 0;          // just after "}}"; npos: the tag is not closed
  bool is_triple = false;       // {{{…}}}
  std::string_view contents{};  // the text between the braces, without space at its ends
};

// Finds the first tag at or after `position`, exactly as the engine does. Returns nullopt if there
// is none.
std::optional<Tag> next_tag(std::string_view source, std::size_t position);

}  // namespace promotions
