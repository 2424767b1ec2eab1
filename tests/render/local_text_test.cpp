#include "promotions/render/local_text.h"

#include "promotions/base/time_text.h"
#include "support/catch.h"

using namespace promotions;

namespace {

std::string text(const char* time, const char* zone, const char* locale) {
  return to_local_text(parse_rfc3339(time).value(), zone, Locale::of(locale));
}

// How a language names the time of a zone.
std::string zone_name(const char* zone, const char* locale) {
  const std::string all = text("2026-07-01T10:00:00Z", zone, locale);
  const auto open = all.find('(');
  return all.substr(open + 1, all.find(')') - open - 1);
}

}  // namespace

TEST_CASE("local text: in the campaign's zone, as its language writes it", "[render]") {
  const char* const summer = "2026-07-01T10:00:00Z";
  CHECK(text(summer, "Europe/Madrid", "es") == "01/07/2026 12:00 (hora de Madrid)");
  CHECK(text(summer, "Europe/Madrid", "en") == "1 July 2026, 12:00 (Madrid time)");
  CHECK(text(summer, "Nowhere/Land", "en") == "1 July 2026, 10:00 (UTC)");
  CHECK(text(summer, "UTC", "es") == "01/07/2026 10:00 (UTC)");
  CHECK(text(summer, "Europe/Madrid", "ca") == "01/07/2026 12:00 (hora de Madrid)");
  CHECK(text(summer, "Europe/Madrid", "pt") == "01/07/2026 12:00 (hora de Madrid)");
  CHECK(text(summer, "Europe/Madrid", "fr") == "01/07/2026 à 12:00 (heure de Madrid)");
  CHECK(text(summer, "Europe/Madrid", "de") == "01.07.2026, 12:00 Uhr (Ortszeit Madrid)");
  CHECK(text("9999-12-31T23:59:59Z", "Europe/Madrid", "es") == "31/12/9999 23:59 (UTC)");
}

TEST_CASE("local text: the night the clock goes back, the abbreviation tells the hours apart",
          "[render]") {
  CHECK(text("2026-10-25T00:30:00Z", "Europe/Madrid", "es") ==
        "25/10/2026 02:30 CEST (hora de Madrid)");
  CHECK(text("2026-10-25T01:30:00Z", "Europe/Madrid", "en") ==
        "25 October 2026, 02:30 CET (Madrid time)");
  CHECK(text("2026-10-25T01:30:00Z", "Europe/Madrid", "de") ==
        "25.10.2026, 02:30 Uhr CET (Ortszeit Madrid)");
  CHECK(text("2026-10-25T02:30:00Z", "Europe/Madrid", "es") == "25/10/2026 03:30 (hora de Madrid)");
}

TEST_CASE("local text: a zone is named after its city", "[render]") {
  CHECK(zone_name("America/Argentina/Buenos_Aires", "es") == "hora de Buenos Aires");
  CHECK(zone_name("America/Argentina/Buenos_Aires", "en") == "Buenos Aires time");
  CHECK(zone_name("Europe/London", "es") == "hora de Londres");
  CHECK(zone_name("Europe/London", "en") == "London time");
  CHECK(zone_name("America/New_York", "es") == "hora de Nueva York");
  CHECK(zone_name("Asia/Ho_Chi_Minh", "en") == "Ho Chi Minh City time");
  CHECK(zone_name("Europe/Vatican", "es") == "hora del Vaticano");
  CHECK(zone_name("Atlantic/Canary", "es") == "hora de Canarias");
  CHECK(zone_name("Atlantic/Canary", "en") == "Canary Islands time");
}

TEST_CASE("local text: words before a city are shortened and joined as its language does",
          "[render]") {
  CHECK(zone_name("Europe/Amsterdam", "fr") == "heure d’Amsterdam");
  CHECK(zone_name("Europe/Athens", "fr") == "heure d’Athènes");
  CHECK(zone_name("America/Sao_Paulo", "fr") == "heure de São Paulo");
  CHECK(zone_name("Africa/Cairo", "fr") == "heure du Caire");
  CHECK(zone_name("America/Havana", "fr") == "heure de La Havane");
  CHECK(zone_name("Europe/Helsinki", "fr") == "heure d’Helsinki");
  CHECK(zone_name("Asia/Hong_Kong", "fr") == "heure de Hong Kong");
  CHECK(zone_name("Europe/Isle_of_Man", "fr") == "heure de l’île de Man");
  CHECK(zone_name("Europe/Amsterdam", "ca") == "hora d'Amsterdam");
  CHECK(zone_name("Europe/Helsinki", "ca") == "hora d'Hèlsinki");
  CHECK(zone_name("Asia/Hong_Kong", "ca") == "hora de Hong Kong");
  CHECK(zone_name("America/New_York", "ca") == "hora de Nova York");
  CHECK(zone_name("Africa/Cairo", "ca") == "hora del Caire");
  CHECK(zone_name("America/Havana", "ca") == "hora de l'Havana");
  CHECK(zone_name("Europe/Lisbon", "pt") == "hora de Lisboa");
  CHECK(zone_name("Europe/Amsterdam", "pt") == "hora de Amesterdão");
  CHECK(zone_name("Atlantic/Azores", "pt") == "hora dos Açores");
  CHECK(zone_name("Europe/Vienna", "de") == "Ortszeit Wien");
  CHECK(zone_name("Atlantic/Reykjavik", "de") == "Ortszeit Reykjavík");
  CHECK(zone_name("Europe/Amsterdam", "es") == "hora de Ámsterdam");
}

TEST_CASE("local text: what is no city keeps the name that it has", "[render]") {
  for (const char* zone : {"Etc/GMT+5", "CET", "Cuba", "US/Eastern"}) {
    if (!is_time_zone(zone)) continue;  // not every system has the old names
    CHECK(zone_name(zone, "es") == zone);
    CHECK(zone_name(zone, "en") == zone);
  }
}
