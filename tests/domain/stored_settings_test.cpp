// Settings as they are stored: they must be read by programs that come years later, and not be
// harmed by earlier ones.
#include "promotions/domain/stored_settings.h"

#include <stdexcept>

#include "promotions/domain/campaign_options.h"
#include "support/catch.h"
#include "support/samples.h"

using namespace promotions;

namespace {

std::string error_of(const std::string& stored) {
  try {
    from_stored(stored);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("stored settings: whatever is stored is read back as it was", "[domain]") {
  for (const CampaignSettings& settings : {CampaignSettings{}, unusual_settings()}) {
    CHECK(from_stored(to_stored(settings)) == settings);
  }
}

TEST_CASE("stored settings: the form is fixed, for there are files with it", "[domain]") {
  CHECK(
      to_stored(unusual_settings()) ==
      R"({"name":"Ein Fahrrad & \"mehr\"","description":"Zeile 1\nZeile 2\té 🎁",)"
      R"("organizer":"AMPA «Los Olmos»","contact_email":"ampa@example.org",)"
      R"("admin_email":"chefin@xn--bcher-kva.example","from_name":"AMPA \"Los Olmos\", Vélez",)"
      R"("locale":"en","time_zone":"Europe/Madrid",)"
      R"("opens_at":1261440000001,"closes_at":1292976000000,)"
      R"("rules":"Art. 1\n\nArt. 2\n","rules_url":"https://example.org/bases.pdf?v=2",)"
      R"("rules_sha256":")" +
          std::string(64, 'a') +
          R"(","privacy_url":"https://example.org/privacy","minimum_age":18,)"
          R"("prizes":[{"name":{"en":"Car","es":"Coche"},"count":1,"value":"9000 €"},)"
          R"({"name":"Cesta","count":2}],"winners":3,"alternates":4,)"
          R"("verification":"confirm","duplicates":"conceal","aliases":"merge","token_ttl":12345,)"
          R"("fields":[{"name":"size","type":"select","label":{"en":"Size","es":"Talla"},)"
          R"("help":"As you wear it","required":true,"options":[{"value":"s","label":"Small"},)"
          R"({"value":"L","label":"L"}]},{"name":"age","type":"number","label":"Age",)"
          R"("required":false,"min":0.5,"max":120},{"name":"news","type":"consent",)"
          R"_("required":false,"text":"I want the [news](https://example.org/news)"}],)_"
          R"("captcha":"required","reminder_after":86400000,"accent":"#ffcc00","listed":true,)"
          R"("success_url":"https://example.org/danke",)"
          R"("embed_origins":["https://www.example.org","http://localhost:8000"],)"
          R"("finish_at":1324512000000,)"
          R"("beacon":{"kind":"public","source":"the lottery of 24 December","format":"99999",)"
          R"("known_from":"2011-12-22T00:00:00Z"},)"
          R"("draw_delay":5400000,"claim_within":604800000,)"
          R"("witnesses":["Notary@example.org","press@example.net"],)"
          R"("exclusions":["example.com","ana@example.org"],"notify_not_drawn":true,)"
          R"("templates":{"verification":{"subject":"¡Hola!"},)"
          R"("winner":{"text":"Won","html":"<p>{{email}}</p>"}}})");
}

TEST_CASE("stored settings: an option that came later has its default", "[domain]") {
  CHECK(from_stored("{}") == CampaignSettings{});
  CampaignSettings expected;
  expected.winners = 7;
  CHECK(from_stored(R"({"winners":7})") == expected);
}

TEST_CASE("stored settings: what a newer program stored besides outlasts changes", "[domain]") {
  const std::string stored =
      R"({"colors":[{"name":"city"}],"name":"Autumn","winners":2,)"
      R"("templates":{"winner":{"text":"Won","amp":"<html>"},"reminder":{"sms":"Hi"}}})";
  CampaignSettings settings = from_stored(stored);
  CHECK(settings.name == "Autumn");
  CHECK(settings.templates.at("winner").text == "Won");
  settings.winners = 3;
  CHECK(changed_stored(stored, settings) ==
        R"({"colors":[{"name":"city"}],"name":"Autumn","winners":3,)"
        R"("templates":{"winner":{"text":"Won","amp":"<html>"},"reminder":{"sms":"Hi"}}})");
  // An option that was not stored yet is, once it is another one than the default.
  settings.alternates = 1;
  const std::string changed = changed_stored(stored, settings);
  CHECK(Json::parse(changed).at("alternates") == 1);
  CHECK(from_stored(changed) == settings);
}

TEST_CASE("stored settings: a value that cannot be understood is told by its option", "[domain]") {
  CHECK(error_of(R"({"verification":"by phone"})") ==
        "verification is none that this program knows");
  CHECK(error_of(R"({"winners":"three"})") == "winners is none that this program knows");
  CHECK(error_of(R"({"beacon":{"kind":"dice"}})") == "beacon is none that this program knows");
  CHECK(error_of(R"({"closes_at":"2026-12-24"})") == "closes_at is none that this program knows");
  CHECK(error_of(R"({"templates":{"winner":{"text":1}}})") ==
        "templates is none that this program knows");
  CHECK(error_of("[]") == "settings are no JSON object");
  CHECK(error_of("{") == "settings are no JSON object");
  CHECK_THROWS_AS(changed_stored(R"({"aliases":1})", {}), std::invalid_argument);
}

TEST_CASE("stored settings: what rules of today would refuse is read all the same", "[domain]") {
  const auto settings = from_stored(
      R"({"name":"","locale":"eo","time_zone":"Europe/Atlantis","winners":5000,"token_ttl":0})");
  CHECK(settings.locale == "eo");
  CHECK(settings.time_zone == "Europe/Atlantis");
  CHECK(settings.winners == 5000);
  CHECK(settings.token_ttl == Millis{0});
}

TEST_CASE("stored settings: texts of programs that did not normalise them are normal when read",
          "[domain]") {
  const auto settings = from_stored("{\"name\":\"Ma\u0303\",\"description\":\"e\u0301\"}");
  CHECK(settings.name == "M\u00E3");
  CHECK(settings.description == "\u00E9");
}

TEST_CASE("stored settings: a prize that cannot be understood is told", "[domain]") {
  for (const char* prizes : {R"([{"name":"Car"}])", R"([{"name":7,"count":1}])", R"([1])", "7",
                             R"([{"name":{"en":1},"count":1}])"}) {
    CAPTURE(prizes);
    CHECK(error_of(std::string(R"({"prizes":)") + prizes + "}") ==
          "prizes is none that this program knows");
  }
}
