#include "promotions/domain/linked_text.h"

#include <optional>

#include "domain/web_address.h"

namespace promotions {
namespace {

struct Link {
  std::size_t begin = 0;  // of the "["
  std::size_t end = 0;    // behind the ")"
  std::string_view words;
  std::string_view target;
};

// The first "[words](target)" at `from` or behind it. Words hold no bracket, so that "[a [b](c)" is
// the link "b". A target may hold pairs of parentheses, as many addresses do.
std::optional<Link> next_link(std::string_view text, std::size_t from) {
  for (auto middle = text.find("](", from); middle != std::string_view::npos;
       middle = text.find("](", middle + 1)) {
    const auto open = text.substr(0, middle).find_last_of("[]");
    if (open == std::string_view::npos || open < from || text[open] != '[') continue;
    int depth = 1;
    std::size_t end = middle + 2;
    for (; end < text.size() && depth > 0; ++end) {
      if (text[end] == '(') ++depth;
      if (text[end] == ')') --depth;
    }
    const std::string_view words = text.substr(open + 1, middle - open - 1);
    if (depth > 0 || words.empty()) continue;
    return Link{open, end, words, text.substr(middle + 2, end - 1 - (middle + 2))};
  }
  return std::nullopt;
}

}  // namespace

std::vector<TextPart> parts_of(std::string_view text) {
  std::vector<TextPart> parts;
  const auto add_words = [&](std::string_view words) {
    if (words.empty()) return;
    if (!parts.empty() && parts.back().link.empty()) {
      parts.back().words += words;
    } else {
      parts.push_back({std::string(words)});
    }
  };
  std::size_t done = 0;
  for (auto link = next_link(text, 0); link; link = next_link(text, done)) {
    add_words(text.substr(done, link->begin - done));
    if (is_https_address(link->target)) {
      parts.push_back({std::string(link->words), std::string(link->target)});
    } else {
      add_words(text.substr(link->begin, link->end - link->begin));
    }
    done = link->end;
  }
  add_words(text.substr(done));
  return parts;
}

std::string wrong_link_in(std::string_view text) {
  for (auto link = next_link(text, 0); link; link = next_link(text, link->end)) {
    if (!is_https_address(link->target)) return std::string(link->target);
  }
  return {};
}

}  // namespace promotions
