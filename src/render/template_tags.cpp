#include "render/template_tags.h"

#include "promotions/base/encoding.h"

namespace promotions {

std::optional<Tag> next_tag(std::string_view source, std::size_t position) {
  Tag tag;
  tag.begin = source.find("{{", position);
  if (tag.begin == std::string_view::npos) return std::nullopt;
  tag.is_triple = source.substr(tag.begin + 2).starts_with('{');
  const std::string_view closing = tag.is_triple ? "}}}" : "}}";
  const std::size_t inside = tag.begin + closing.size();
  const std::size_t close = source.find(closing, inside);
  tag.end = close == std::string_view::npos ? close : close + closing.size();
  if (close != std::string_view::npos) {
    tag.contents = trim_ascii(source.substr(inside, close - inside));
  }
  return tag;
}

}  // namespace promotions
