#include "promotions/base/time_text.h"

#include "support/catch.h"

using namespace promotions;
using namespace std::chrono_literals;

TEST_CASE("RFC 3339: offsets and fractions are read, UTC is written", "[base]") {
  const Time time = parse_rfc3339("2026-11-24T04:04:05.1239+01:00").value();
  CHECK(to_rfc3339(time) == "2026-11-24T03:04:05.123Z");
  CHECK(to_rfc3339(parse_rfc3339("2024-02-29T23:59:60Z").value()) == "2024-03-01T00:00:00Z");
  CHECK(to_rfc5322(time) == "Tue, 24 Nov 2026 03:04:05 +0000");
}

TEST_CASE("RFC 3339: what is not a time is refused", "[base]") {
  for (const char* bad :
       {"", "2026-11-24", "2026-11-24T03:04:05", "2026-02-30T00:00:00Z", "2026-11-24T24:00:00Z",
        "2026-11-24T03:04Z", "2026-11-24T03:04:05.Z", "2026-11-24T03:04:05+0100",
        "2026-11-24T03:04:05Z ", "2026-1-24T03:04:05Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_rfc3339(bad));
  }
}

TEST_CASE("durations: one number and one unit", "[base]") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("90s") == 90s);
  CHECK(parse_duration("48h") == 48h);
  CHECK(parse_duration("30d") == 24h * 30);
  CHECK(to_duration_text(48h) == "2d");
  CHECK(to_duration_text(90s) == "90s");
  CHECK(to_duration_text(0s) == "0s");
  for (const char* bad :
       {"", "10", "s", "-1s", "1.5h", "10 s", "10S", "99999999999999999999d", "1h30m"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_duration(bad));
  }
}

TEST_CASE("local text: in the campaign's zone, in its language", "[base]") {
  const Time summer = parse_rfc3339("2026-07-01T10:00:00Z").value();
  CHECK(to_local_text(summer, "Europe/Madrid", "es") == "01/07/2026 12:00 (Europe/Madrid)");
  CHECK(to_local_text(summer, "Europe/Madrid", "en") == "1 July 2026, 12:00 (Europe/Madrid)");
  CHECK(to_local_text(summer, "Nowhere/Land", "en") == "1 July 2026, 10:00 (UTC)");
  CHECK(is_time_zone("America/Bogota"));
  CHECK_FALSE(is_time_zone("../etc/passwd"));
}
