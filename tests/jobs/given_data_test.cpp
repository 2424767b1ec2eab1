#include "jobs/given_data.h"

#include "support/catch.h"

using namespace promotions;

namespace {

std::string value_of(const Json& value, std::string_view locale = "en") {
  const Json list = given_list(Json{{"x", value}}.dump(), {}, Locale::of(locale));
  return list.empty() ? "(none)" : list.at(0).at("value").get<std::string>();
}

}  // namespace

TEST_CASE("given data: each kind of value becomes a text", "[jobs]") {
  CHECK(given_list("{}", {}, Locale()).empty());
  CHECK(value_of("Ana") == "Ana");
  CHECK(value_of(7) == "7");
  CHECK(value_of(1.5) == "1.5");
  CHECK(value_of(true) == "yes");
  CHECK(value_of(true, "es") == "sí");
  CHECK(value_of(false, "es") == "no");
  CHECK(value_of({"a", 2, true}) == "a, 2, yes");
  CHECK(value_of("") == "(none)");
  CHECK(value_of(nullptr) == "(none)");
  CHECK(value_of(Json::array()) == "(none)");
}

TEST_CASE("given data: nothing given can look like a part of the mail", "[jobs]") {
  CHECK(value_of("a\r\nSubject: x\n\nb\tc") == "a  Subject: x  b c");
  CHECK(value_of("a\xE2\x80\xA8"
                 "b\xE2\x80\xAE"
                 "c\xC2\x85"
                 "d\xE2\x81\xA6"
                 "e") == "a b c d e");
  CHECK(value_of("niño €𝄞") == "niño €𝄞");
  const std::string longest = value_of(std::string(1000, 'x'));
  CHECK(longest == std::string(300, 'x') + "…");
  const std::string cut = value_of("x" + std::string(200, 'y') +
                                   "ñññññññññññññññññññññññññññññññññññ"
                                   "ñññññññññññññññññññññññññññññññ");
  CHECK(cut.ends_with("ñ…"));
  const Json list = given_list(Json{{"a\nb", "c"}}.dump(), {}, Locale());
  CHECK(list.at(0).at("name") == "a b");
}

TEST_CASE("given data: fields have their labels, in their order and the reader's language",
          "[jobs]") {
  CampaignSettings settings;
  settings.locale = "es";
  settings.fields = {
      {{.name = "size",
        .type = FieldType::select,
        .label = {"", {{"en", "Size"}, {"es", "Talla"}}},
        .choices = {{"l", {"", {{"en", "Large"}, {"es", "Grande"}}}}, {"s", {"S"}}}},
       {.name = "full_name", .type = FieldType::text, .label = {"Name\nhere"}},
       {.name = "box", .type = FieldType::checkbox, .label = {"A box"}},
       {.name = "news",
        .type = FieldType::consent,
        .label = {},
        .text = {"",
                 {{"es", "Acepto las [bases](https://example.org/b) " + std::string(400, 'x')}}}}}};
  const Json data{
      {"box", false}, {"former", "7"}, {"full_name", "l"}, {"news", true}, {"size", "l"}};
  const auto row = [](const std::string& name, const std::string& value) {
    return Json{{"name", name}, {"value", value}};
  };
  const Json list = given_list(data.dump(), settings, Locale::of("en"));
  CHECK(list == Json{row("Size", "Large"), row("Name here", "l"), row("A box", "no"),
                     row("Acepto las bases " + std::string(400, 'x'), "yes"), row("former", "7")});
  CHECK(given_list(data.dump(), settings, Locale::of("fr")).at(0) == row("Talla", "Grande"));
}
