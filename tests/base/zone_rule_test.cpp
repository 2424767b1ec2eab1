#include "base/zone_rule.h"

#include "base/time_zone.h"
#include "support/catch.h"

using namespace promotions;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

sys_seconds at(int year, unsigned month, unsigned day, seconds time) {
  return sys_days{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day)} + time;
}

seconds offset(const char* rule, sys_seconds time) {
  return ZoneRule::parse(rule).value().at(time).offset;
}

}  // namespace

TEST_CASE("zone rule: days are counted in three ways", "[base]") {
  // The last Sunday of March; 29 February counts for nothing with J, and counts without it.
  CHECK(offset("CET-1CEST,M3.5.0,M10.5.0/3", at(2040, 3, 25, 3599s)) == 1h);
  CHECK(offset("CET-1CEST,M3.5.0,M10.5.0/3", at(2040, 3, 25, 1h)) == 2h);
  CHECK(offset("CET-1CEST,M3.5.0,M10.5.0/3", at(2040, 10, 28, 3599s)) == 2h);
  CHECK(offset("CET-1CEST,M3.5.0,M10.5.0/3", at(2040, 10, 28, 1h)) == 1h);
  CHECK(offset("AAA0BBB,J60/0,J300/0", at(2040, 2, 29, 23h)) == 0h);
  CHECK(offset("AAA0BBB,J60/0,J300/0", at(2040, 3, 1, 0h)) == 1h);
  CHECK(offset("AAA0BBB,59/0,300/0", at(2040, 2, 28, 23h)) == 0h);
  CHECK(offset("AAA0BBB,59/0,300/0", at(2040, 2, 29, 0h)) == 1h);
}

TEST_CASE("zone rule: names in brackets, odd offsets, and times before and after the day",
          "[base]") {
  const auto nuuk = ZoneRule::parse("<-02>2<-01>,M3.5.0/-1,M10.5.0/0").value();
  CHECK(nuuk.standard().abbreviation == "-02");
  CHECK(nuuk.daylight().offset == -1h);
  CHECK(nuuk.at(at(2040, 3, 25, 1h)).abbreviation == "-01");  // the day before, at 23:00
  CHECK(nuuk.at(at(2040, 3, 25, 3599s)).abbreviation == "-02");
  const auto howe = ZoneRule::parse("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0").value();
  CHECK(howe.at(at(2040, 1, 1, 0h)).offset == 11h);
  CHECK(howe.at(at(2040, 7, 1, 0h)).offset == 10h + 30min);
  const auto gaza = ZoneRule::parse("EET-2EEST,M3.4.4/50,M10.4.4/50").value();
  CHECK(gaza.at(at(2040, 3, 23, 23h + 59min)).offset == 2h);  // Thursday the 22nd and 50 hours
  CHECK(gaza.at(at(2040, 3, 24, 0h)).offset == 3h);
}

TEST_CASE("zone rule: what is none is none", "[base]") {
  for (const char* text :
       {"", "UTC0", "<-03>3", "CET-1CEST", "CET-1CEST,M3.5.0", "C-1D,M3.5.0,M4.1.0",
        "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
        "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0 ", "CET-1CEST,J0,J1",
        "CET-1CEST,366,1", "CETCEST,M3.5.0,M10.5.0", "<CET-1CEST,M3.5.0,M10.5.0",
        "CET-99999999999999999999CEST,M3.5.0,M10.5.0"}) {
    CAPTURE(text);
    CHECK_FALSE(ZoneRule::parse(text));
  }
}

TEST_CASE("time zones: 28 years after a year of the file all is the same", "[base]") {
  constexpr days kCycle{10'227};  // after which days of the week and leap years repeat
  for (const char* name :
       {"Europe/Madrid", "Europe/Dublin", "America/New_York", "America/Santiago", "America/Nuuk",
        "Australia/Lord_Howe", "Pacific/Chatham", "Asia/Beirut", "Atlantic/Azores", "UTC"}) {
    const auto zone = TimeZone::find(name);
    if (!zone) continue;  // "UTC" may be there or not
    for (sys_seconds time = at(2036, 1, 1, 0h); time < at(2037, 9, 1, 0h); time += 1h) {
      const ZoneClock known = zone->at(time);
      const ZoneClock later = zone->at(time + kCycle);
      if (known.offset == later.offset && known.abbreviation == later.abbreviation) continue;
      CAPTURE(name, time.time_since_epoch().count());
      FAIL("the clocks differ");
    }
  }
}
