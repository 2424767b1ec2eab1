// Texts with links, as organisers write them for what people agree to: "I accept the
// [terms](https://…)". There is no other markup.
//
// All functions are pure and thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace promotions {

struct TextPart {
  std::string words;
  std::string link{};  // an https address; empty: plain words
  friend bool operator==(const TextPart&, const TextPart&) = default;
};

// The text in parts, in order; none is empty. Brackets that make no link stay plain words.
std::vector<TextPart> parts_of(std::string_view text);

// The first target of "[words](target)" that is no https address; empty: there is none.
std::string wrong_link_in(std::string_view text);

}  // namespace promotions
