// The languages that mails and pages are written in.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace promotions {

// The first is the default. Each has its own templates, mails and pages.
inline constexpr std::array<std::string_view, 2> kLocales{"es", "en"};

// One of kLocales, written as it is there.
bool is_locale(std::string_view text);

// All of them, for people who may choose one: "es or en".
std::string locale_choices();

// Which of kLocales the language tag `tag` asks for: of a tag as BCP 47 has it ("es-419", "EN") or
// as systems write it ("en_US.UTF-8") only the language counts. nullopt: it is not spoken here, or
// is no tag.
std::optional<std::string_view> spoken_locale(std::string_view tag);

}  // namespace promotions
