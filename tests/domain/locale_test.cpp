#include "promotions/domain/locale.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("locale: of a language tag the language counts", "[domain]") {
  for (const char* spanish : {"es", "ES", "es-ES", "es_MX", "es-419", "es-Latn-ES", "es_ES.UTF-8",
                              "es@euro", " es ", "es-x-ana", "Es-es"}) {
    CAPTURE(spanish);
    CHECK(Locale::spoken(spanish) == Locale::find("es"));
  }
  for (const char* english : {"en", "EN", "en_US", "en-GB", "en-029", "en-US-u-hc-h12"}) {
    CAPTURE(english);
    CHECK(Locale::spoken(english) == Locale::find("en"));
  }
  CHECK(Locale::spoken("ca-valencia") == Locale::find("ca"));
  CHECK(Locale::spoken("pt_BR.UTF-8") == Locale::find("pt"));
  CHECK(Locale::spoken("FR-CH") == Locale::find("fr"));
  CHECK(Locale::spoken("de-AT") == Locale::find("de"));
}

TEST_CASE("locale: a language that is not spoken here is none", "[domain]") {
  for (const char* other : {"", "eu", "zh-Hant", "xx", "esp", "est", "e", "-es", "x-es", "*",
                            "null", "English", "C", "12", "\xFF", "ñ"}) {
    CAPTURE(other);
    CHECK_FALSE(Locale::spoken(other));
  }
}

TEST_CASE("locale: a tag that is stored is just one of the table's, and any other the default",
          "[domain]") {
  for (const Locale locale : locales()) {
    CHECK(Locale::find(locale.tag()) == locale);
    CHECK(Locale::of(locale.tag()) == locale);
    CHECK_FALSE(locale.name().empty());
  }
  for (const char* other : {"", "EN", "en-GB", "xx"}) {
    CHECK_FALSE(Locale::find(other));
    CHECK(Locale::of(other) == Locale());
  }
  CHECK(Locale().tag() == "es");
  CHECK(Locale::of("en").name() == "English");
}

TEST_CASE("locale: plural forms are CLDR's", "[domain]") {
  const auto form = [](const char* tag, std::uint64_t count) {
    return Locale::of(tag).plural(count);
  };
  for (const Locale locale : locales()) {
    CHECK(locale.plural(1) == PluralCategory::one);
    CHECK(locale.plural(2) == PluralCategory::other);
    CHECK(locale.plural(1'000'001) == PluralCategory::other);
  }
  CHECK(form("es", 0) == PluralCategory::other);
  CHECK(form("es", 1'000'000) == PluralCategory::many);
  CHECK(form("en", 0) == PluralCategory::other);
  CHECK(form("en", 1'000'000) == PluralCategory::other);
  for (const char* romance : {"ca", "pt", "fr"}) {
    CHECK(form(romance, 2'000'000) == PluralCategory::many);
    CHECK(form(romance, 1'500'000) == PluralCategory::other);
  }
  CHECK(form("ca", 0) == PluralCategory::other);
  CHECK(form("pt", 0) == PluralCategory::other);
  CHECK(form("fr", 0) == PluralCategory::one);
  CHECK(form("de", 0) == PluralCategory::other);
  CHECK(form("de", 1'000'000) == PluralCategory::other);
}

TEST_CASE("locale: people are offered all of them", "[domain]") {
  const std::string choices = locale_choices();
  for (const Locale locale : locales()) CHECK(choices.find(locale.tag()) != std::string::npos);
  CHECK(choices.starts_with("es"));
}
