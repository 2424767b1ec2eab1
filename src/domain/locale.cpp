#include "promotions/domain/locale.h"

#include <algorithm>
#include <string>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"

namespace promotions {

bool is_locale(std::string_view text) {
  return std::find(kLocales.begin(), kLocales.end(), text) != kLocales.end();
}

std::string locale_choices() {
  std::string choices(kLocales.front());
  for (std::size_t i = 1; i < kLocales.size(); ++i) {
    choices.append(i + 1 < kLocales.size() ? ", " : " or ").append(kLocales.at(i));
  }
  return choices;
}

std::optional<std::string_view> spoken_locale(std::string_view tag) {
  const std::string typed = as_typed(tag);
  const std::string language =
      to_lower_ascii(std::string_view(typed).substr(0, typed.find_first_of("-_.@")));
  const auto* found = std::find(kLocales.begin(), kLocales.end(), language);
  return found == kLocales.end() ? std::nullopt : std::optional(*found);
}

}  // namespace promotions
