#include "promotions/domain/locale.h"

#include <algorithm>
#include <array>

#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

// What a language needs besides its texts. The plural rules are those of CLDR for cardinal numbers
// (https://www.unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html). Our numbers
// are always whole.
struct Language {
  std::string_view tag;
  std::string_view name;
  PluralCategory (*plural)(std::uint64_t count);
};

// Only 1 is "one": English, German.
PluralCategory plural_of_one(std::uint64_t count) {
  return count == 1 ? PluralCategory::one : PluralCategory::other;
}

// The same, but millions have a form of their own ("un millón de …"): Spanish, Catalan, Portuguese
// of Portugal.
PluralCategory plural_with_millions(std::uint64_t count) {
  const bool is_millions = count != 0 && count % 1'000'000 == 0;
  return is_millions ? PluralCategory::many : plural_of_one(count);
}

// The same, but 0 is "one", too: French.
PluralCategory plural_of_french(std::uint64_t count) {
  return count == 0 ? PluralCategory::one : plural_with_millions(count);
}

constexpr std::array kLanguages{
    Language{"es", "español", plural_with_millions},  // the default
    Language{"en", "English", plural_of_one},
    Language{"ca", "català", plural_with_millions},
    Language{"pt", "português", plural_with_millions},
    Language{"fr", "français", plural_of_french},
    Language{"de", "Deutsch", plural_of_one},
};

const Language& row(Locale locale) {
  return kLanguages.at(locale.index());
}

}  // namespace

std::span<const Locale> locales() {
  static const auto all = [] {
    std::array<Locale, kLanguages.size()> list;
    for (std::size_t i = 0; i < list.size(); ++i) list.at(i) = Locale(static_cast<std::uint8_t>(i));
    return list;
  }();
  return all;
}

std::optional<Locale> Locale::find(std::string_view tag) {
  const auto all = locales();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](Locale locale) { return locale.tag() == tag; });
  return found == all.end() ? std::nullopt : std::optional(*found);
}

Locale Locale::of(std::string_view tag) {
  return find(tag).value_or(Locale());
}

std::optional<Locale> Locale::spoken(std::string_view tag) {
  const std::string typed = as_typed(tag);
  return find(to_lower_ascii(std::string_view(typed).substr(0, typed.find_first_of("-_.@"))));
}

std::string_view Locale::tag() const {
  return row(*this).tag;
}

std::string_view Locale::name() const {
  return row(*this).name;
}

PluralCategory Locale::plural(std::uint64_t count) const {
  return row(*this).plural(count);
}

std::string locale_choices() {
  const auto all = locales();
  std::string choices(all.front().tag());
  for (std::size_t i = 1; i < all.size(); ++i) {
    choices.append(i + 1 < all.size() ? ", " : " or ").append(all[i].tag());
  }
  return choices;
}

}  // namespace promotions
