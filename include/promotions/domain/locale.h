// The languages of mails and pages. Each has one row in the table in locale.cpp and one catalogue
// of texts (templates/texts). Immutable values; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace promotions {

// The plural categories of CLDR that our languages use for whole numbers.
enum class PluralCategory { one, many, other };

// A language of the table. A value: copy it. Settings and subscribers store its tag.
class Locale {
 public:
  // The default: the table's first row.
  constexpr Locale() = default;

  // The language of a stored tag; the default if the tag is empty or unknown.
  static Locale of(std::string_view tag);

  // The language whose tag is exactly `tag`, or nullopt if there is none.
  static std::optional<Locale> find(std::string_view tag);

  // The language that a tag from outside asks for. Only the language part of the tag counts, in the
  // form of BCP 47 ("es-419", "EN") or of operating systems ("en_US.UTF-8"). Returns nullopt if the
  // program does not have that language, or if the text is not a tag.
  static std::optional<Locale> spoken(std::string_view tag);

  std::string_view tag() const;   // "es": BCP 47
  std::string_view name() const;  // "español": the name in the language itself

  // The form of a text that goes with `count`.
  PluralCategory plural(std::uint64_t count) const;

  // The position in locales().
  constexpr std::size_t index() const { return index_; }

  friend constexpr bool operator==(Locale, Locale) = default;

 private:
  friend std::span<const Locale> locales();
  constexpr explicit Locale(std::uint8_t index) : index_(index) {}

  std::uint8_t index_ = 0;
};

// All languages, the default first.
std::span<const Locale> locales();

// All tags, for a message to people who choose one: "es, en or ca".
std::string locale_choices();

}  // namespace promotions
