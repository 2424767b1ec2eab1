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
  CHECK(text("9999-12-31T23:59:59Z", "Europe/Madrid", "es") == "31/12/9999 23:59 (UTC)");
}

TEST_CASE("local text: the night the clock goes back, the abbreviation tells the hours apart",
          "[render]") {
  CHECK(text("2026-10-25T00:30:00Z", "Europe/Madrid", "es") ==
        "25/10/2026 02:30 CEST (hora de Madrid)");
  CHECK(text("2026-10-25T01:30:00Z", "Europe/Madrid", "en") ==
        "25 October 2026, 02:30 CET (Madrid time)");
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
  CHECK(zone_name("Europe/Amsterdam", "ca") == "hora d'Amsterdam");
  CHECK(zone_name("Europe/Helsinki", "ca") == "hora d'Hèlsinki");
  CHECK(zone_name("Asia/Hong_Kong", "ca") == "hora de Hong Kong");
  CHECK(zone_name("America/New_York", "ca") == "hora de Nova York");
  CHECK(zone_name("Africa/Cairo", "ca") == "hora del Caire");
  CHECK(zone_name("America/Havana", "ca") == "hora de l'Havana");
  CHECK(zone_name("Europe/Amsterdam", "es") == "hora de Ámsterdam");
}

TEST_CASE("local text: what is no city keeps the name that it has", "[render]") {
  for (const char* zone : {"Etc/GMT+5", "CET", "Cuba", "US/Eastern"}) {
    if (!is_time_zone(zone)) continue;  // not every system has the old names
    CHECK(zone_name(zone, "es") == zone);
    CHECK(zone_name(zone, "en") == zone);
  }
}
