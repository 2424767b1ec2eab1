#include "http/negotiation.h"

#include "support/catch.h"

using namespace promotions;

TEST_CASE("negotiation: the heavier of HTML and JSON is preferred, and JSON among equals",
          "[http]") {
  CHECK(prefers_html("text/html,application/xhtml+xml,*/*;q=0.8"));
  CHECK(prefers_html("application/json;q=0.5, text/*;q=0.6"));
  CHECK_FALSE(prefers_html(""));
  CHECK_FALSE(prefers_html("*/*"));
  CHECK_FALSE(prefers_html("text/html;q=0.5, application/json"));
}

TEST_CASE("negotiation: a weight that is no number from 0 to 1 counts as the nearest, or 0",
          "[http]") {
  CHECK_FALSE(prefers_html("text/html;q=0, application/json;q=nan"));
  CHECK_FALSE(prefers_html("text/html;q=0, application/json;q=-nan"));
  CHECK_FALSE(prefers_html("text/html;q=0, application/json;q=-1"));
  CHECK_FALSE(prefers_html("text/html;q=0, application/json;q=x"));
  CHECK_FALSE(prefers_html("text/html;q=1, application/json;q=inf"));
  CHECK(prefers_html("text/html;q=inf, application/json;q=0.9"));
  CHECK(preferred_locale("en;q=nan, es;q=0.1") == Locale::of("es"));
}

TEST_CASE("negotiation: of our languages the heaviest, of equals the first", "[http]") {
  CHECK(preferred_locale("de-AT, en;q=0.7, es;q=0.3") == Locale::of("de"));
  CHECK(preferred_locale("eu, ca;q=0.9, es;q=0.8") == Locale::of("ca"));
  CHECK(preferred_locale("fr, pt") == Locale::of("fr"));
  CHECK(preferred_locale("fr, es") == Locale::of("fr"));
  CHECK(preferred_locale("fr;q=0, pt;q=0.1") == Locale::of("pt"));
  CHECK_FALSE(preferred_locale(""));
  CHECK_FALSE(preferred_locale("eu, *"));
}
