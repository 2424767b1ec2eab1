// The option `fields`, and the others that pages need: what is refused, and where.
#include "promotions/domain/campaign_options.h"
#include "promotions/domain/stored_settings.h"
#include "support/catch.h"
#include "support/samples.h"

using namespace promotions;

namespace {

using Errors = std::vector<std::string>;

struct Given {
  CampaignSettings settings = sample_settings();
  Errors errors;
};

Given read(const Json& given) {
  Given result;
  FieldErrors errors;
  read_options(given, {}, result.settings, errors, [](const std::string&) {});
  check_together(result.settings, errors);
  for (const FieldError& error : errors) result.errors.push_back(error.field + " " + error.code);
  return result;
}

Errors errors_of_field(Json field) {
  const Json list = Json::array({std::move(field)});
  return read({{"fields", list}}).errors;
}

}  // namespace

TEST_CASE("fields: all kinds are read, shown and stored", "[domain]") {
  const Json fields = Json::parse(R"_([
    {"name": "city", "type": "text", "label": {"es": "Ciudad", "en": "City"}, "required": true, "max_length": 40},
    {"name": "why", "type": "long_text", "label": "Why?", "help": "In your own words"},
    {"name": "children", "type": "number", "label": "Children", "min": 0, "max": 12.5},
    {"name": "born", "type": "date", "label": "Born", "min": "1900-01-01", "max": "2026-12-31"},
    {"name": "phone", "type": "tel", "label": "Phone"},
    {"name": "size", "type": "select", "label": "Size", "options": ["S", {"value": "m", "label": {"en": "Medium"}}]},
    {"name": "vegan", "type": "checkbox", "label": "Vegan"},
    {"name": "news", "type": "consent", "text": {"en": "I want [news](https://example.org)"
}
}])_");
  const Given given = read({{"fields", fields}});
  REQUIRE(given.errors == Errors{});
  REQUIRE(given.settings.fields->size() == 8);
  const Json shown(find_campaign_option("fields")->value->show(given.settings));
  CHECK(shown[0] == Json{{"name", "city"},
                         {"type", "text"},
                         {"label", {{"es", "Ciudad"}, {"en", "City"}}},
                         {"required", true},
                         {"max_length", 40}});
  CHECK(shown[3]["min"] == "1900-01-01");
  CHECK(shown[5]["options"][0] == Json{{"value", "S"}, {"label", "S"}});
  CHECK(read({{"fields", shown}}).settings == given.settings);
  CHECK(from_stored(to_stored(given.settings)) == given.settings);
  CHECK(!read({{"fields", nullptr}}).settings.fields);
  CHECK(read({{"fields", Json::array()}}).settings.fields->empty());
}

TEST_CASE("fields: what is wrong is named with its place", "[domain]") {
  CHECK(read({{"fields", "x"}}).errors == Errors{"fields wrong_type"});
  CHECK(errors_of_field("x") == Errors{"fields[0] wrong_type"});
  CHECK(errors_of_field({{"type", "text"}, {"label", "X"}}) == Errors{"fields[0].name required"});
  CHECK(errors_of_field({{"name", "x"}, {"label", "X"}}) == Errors{"fields[0].type required"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "text"}}) == Errors{"fields[0].label required"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "file"}, {"label", "X"}}) ==
        Errors{"fields[0].type out_of_range"});
  for (const char* name : {"", "X", "1x", "a-b", "_x", "ñ"}) {
    CHECK(errors_of_field({{"name", name}, {"type", "text"}, {"label", "X"}}) ==
          Errors{"fields[0].name invalid"});
  }
  CHECK(errors_of_field({{"name", "x"}, {"type", "text"}, {"label", "X"}, {"size", 3}}) ==
        Errors{"fields[0].size unknown_field"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "text"}, {"label", "X"}, {"min", 3}}) ==
        Errors{"fields[0].min invalid"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "text"}, {"label", {{"xx", "X"}}}}) ==
        Errors{"fields[0].label.xx unknown_field"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "text"}, {"label", " "}}) ==
        Errors{"fields[0].label out_of_range"});
  CHECK(errors_of_field(
            {{"name", "x"}, {"type", "number"}, {"label", "X"}, {"min", 3}, {"max", 2}}) ==
        Errors{"fields[0].max out_of_range"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "date"}, {"label", "X"}, {"min", "2026-02-30"}}) ==
        Errors{"fields[0].min invalid"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "select"}, {"label", "X"}}) ==
        Errors{"fields[0].options required"});
  CHECK(errors_of_field(
            {{"name", "x"}, {"type", "select"}, {"label", "X"}, {"options", {"a", "a"}}}) ==
        Errors{"fields[0].options[1] duplicate"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "consent"}}) == Errors{"fields[0].text required"});
  CHECK(
      errors_of_field({{"name", "x"}, {"type", "consent"}, {"text", "[a](http://example.org)"}}) ==
      Errors{"fields[0].text invalid"});
  CHECK(errors_of_field({{"name", "x"}, {"type", "text"}, {"label", "X"}, {"max_length", 0}}) ==
        Errors{"fields[0].max_length out_of_range"});
  const Json one{{"name", "x"}, {"type", "text"}, {"label", "X"}};
  CHECK(read({{"fields", Json::array({one, one})}}).errors == Errors{"fields[1].name duplicate"});
  Json many = Json::array();
  for (int i = 0; i < 21; ++i)
    many.push_back({{"name", "x" + std::to_string(i)}, {"type", "text"}, {"label", "X"}});
  CHECK(read({{"fields", many}}).errors == Errors{"fields out_of_range"});
}

TEST_CASE("options of pages: each is judged", "[domain]") {
  CHECK(read({{"accent", "#FFCC00"}}).settings.accent == "#ffcc00");
  CHECK(read({{"accent", ""}}).settings.accent.empty());
  CHECK(read({{"accent", "gold"}}).errors == Errors{"accent invalid"});
  CHECK(read({{"success_url", "http://example.org"}}).errors == Errors{"success_url invalid"});
  CHECK(read({{"captcha", "maybe"}}).errors == Errors{"captcha out_of_range"});
  CHECK(read({{"reminder_after", "1s"}}).errors == Errors{"reminder_after out_of_range"});
  CHECK(read({{"listed", 1}}).errors == Errors{"listed wrong_type"});
  for (const char* good :
       {"https://www.example.org", "http://localhost:8000", "https://127.0.0.1:8443"}) {
    INFO(good);
    CHECK(read({{"embed_origins", {good}}}).settings.embed_origins ==
          std::vector<std::string>{good});
  }
  for (const char* bad :
       {"https://www.example.org/", "https://Example.org", "*", "https://*.example.org",
        "example.org", "https://example.org:443", "http://example.org:080", "https://a b",
        "https://x;script-src *", "null"}) {
    INFO(bad);
    CHECK(read({{"embed_origins", {bad}}}).errors == Errors{"embed_origins[0] invalid"});
  }
}

TEST_CASE("finish_at: not before the list is closed", "[domain]") {
  const Json closes{{"closes_at", "2026-12-24T18:00:00Z"}};
  Json given = closes;
  given["finish_at"] = "2026-12-24T17:59:59Z";
  CHECK(read(given).errors == Errors{"finish_at out_of_range"});
  given["finish_at"] = "2026-12-24T18:00:00Z";
  CHECK(read(given).errors == Errors{});
  CHECK(
      read({{"opens_at", "2026-12-24T18:00:00Z"}, {"finish_at", "2026-12-24T18:00:00Z"}}).errors ==
      Errors{"finish_at out_of_range"});
}
