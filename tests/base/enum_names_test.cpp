#include "promotions/base/enum_names.h"

#include "support/catch.h"

using namespace promotions;

namespace {

enum class Weather { sunny, cloudy_later };

}  // namespace

TEST_CASE("enum names: each value has the name it has in the source", "[base]") {
  CHECK(kEnumNames<Weather>.size() == 2);
  CHECK(kEnumNames<Weather>[0] == "sunny");
  CHECK(enum_name(Weather::cloudy_later) == "cloudy_later");
}
