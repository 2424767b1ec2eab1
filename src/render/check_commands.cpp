#include "promotions/render/check_commands.h"

#include <algorithm>

namespace promotions {

std::string shell_word(std::string_view text) {
  constexpr std::string_view kHarmless = "@%+=:,./_-";
  const bool is_plain = !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           kHarmless.find(c) != std::string_view::npos;
  });
  if (is_plain) return std::string(text);
  std::string word = "'";
  for (const char c : text) {
    // Nothing ends a quotation but this, so it is closed, written by itself, and opened again.
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

std::string check_commands(std::string_view url, std::string_view arguments) {
  const std::string fetch = "curl -fsSO ";
  const std::string prefix(url);
  return fetch + shell_word(prefix + "/draw.json") + "\n" + fetch +
         shell_word(prefix + "/leaves.txt") + "\n" +
         "promotions draw verify draw.json --leaves leaves.txt" + std::string(arguments);
}

}  // namespace promotions
