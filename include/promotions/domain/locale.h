// The languages that mails and pages are written in. Each is one row of the table in locale.cpp and
// one catalogue of texts (templates/texts).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace promotions {

// CLDR's plural categories, as far as our languages use them for whole numbers.
enum class PluralCategory { one, many, other };

// A language of the table. A value: copy it. Settings and subscribers store its tag.
class Locale {
 public:
  // The default: the table's first row.
  constexpr Locale() = default;

  // The one that a stored tag names; the default if it names none, as an empty one does.
  static Locale of(std::string_view tag);

  // The one whose tag is just `tag`. nullopt: there is none.
  static std::optional<Locale> find(std::string_view tag);

  // The one that a tag from outside asks for: of a tag as BCP 47 has it ("es-419", "EN") or as
  // systems write it ("en_US.UTF-8") only the language counts. nullopt: it is not spoken here, or
  // is no tag.
  static std::optional<Locale> spoken(std::string_view tag);

  std::string_view tag() const;   // "es": BCP 47
  std::string_view name() const;  // "español": what its speakers call it

  // Which form of a text goes with `count`.
  PluralCategory plural(std::uint64_t count) const;

  // Its place in locales().
  constexpr std::size_t index() const { return index_; }

  friend constexpr bool operator==(Locale, Locale) = default;

 private:
  friend std::span<const Locale> locales();
  constexpr explicit Locale(std::uint8_t index) : index_(index) {}

  std::uint8_t index_ = 0;
};

// All of them, the default first.
std::span<const Locale> locales();

// All tags, for people who may choose one: "es, en or ca".
std::string locale_choices();

}  // namespace promotions
