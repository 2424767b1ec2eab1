#include "promotions/domain/locale.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("locale: of a language tag the language counts", "[domain]") {
  for (const char* spanish : {"es", "ES", "es-ES", "es_MX", "es-419", "es-Latn-ES", "es_ES.UTF-8",
                              "es@euro", " es ", "es-x-ana", "Es-es"}) {
    CAPTURE(spanish);
    CHECK(spoken_locale(spanish) == "es");
  }
  for (const char* english : {"en", "EN", "en_US", "en-GB", "en-029", "en-US-u-hc-h12"}) {
    CAPTURE(english);
    CHECK(spoken_locale(english) == "en");
  }
}

TEST_CASE("locale: a language that is not spoken here is none", "[domain]") {
  for (const char* other : {"", "ca", "zh-Hant", "xx", "esp", "est", "e", "-es", "x-es", "*",
                            "null", "English", "C", "12", "\xFF", "ñ"}) {
    CAPTURE(other);
    CHECK_FALSE(spoken_locale(other));
  }
}

TEST_CASE("locale: its own names are those in lower case", "[domain]") {
  CHECK(is_locale("es"));
  CHECK(is_locale("en"));
  CHECK_FALSE(is_locale("EN"));
  CHECK_FALSE(is_locale(""));
}
