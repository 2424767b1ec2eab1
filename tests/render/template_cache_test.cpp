#include "render/template_cache.h"

#include <stdexcept>

#include "support/catch.h"

using namespace promotions;

TEST_CASE("template cache: a text is parsed once while it is in use", "[render]") {
  TemplateCache cache;
  const auto first = cache.get("{{a}}");
  CHECK(cache.get("{{a}}") == first);
  CHECK(cache.get("{{b}}") != first);
  CHECK(cache.size() == 2);
}

TEST_CASE("template cache: what was used longest ago goes first", "[render]") {
  TemplateCache cache({.entries = 2});
  const auto a = cache.get("a");
  const auto b = cache.get("b");
  CHECK(cache.get("a") == a);
  cache.get("c");
  CHECK(cache.size() == 2);
  CHECK(cache.get("a") == a);
  CHECK(cache.get("b") != b);
}

TEST_CASE("template cache: the texts' total size is bounded, too", "[render]") {
  TemplateCache cache({.entries = 64, .source_bytes = 100});
  cache.get(std::string(60, 'a'));
  const auto b = cache.get(std::string(60, 'b'));
  CHECK(cache.size() == 1);
  CHECK(cache.get(std::string(60, 'b')) == b);
  const auto large = cache.get(std::string(200, 'c'));  // usable, though too large to keep
  CHECK(large->render(Values(Json::object(), Escaping::none)).size() == 200);
  CHECK(cache.size() == 0);
}

TEST_CASE("template cache: a broken text is reported and not kept", "[render]") {
  TemplateCache cache;
  CHECK_THROWS_AS(cache.get("{{#a}}"), std::invalid_argument);
  CHECK(cache.size() == 0);
}
