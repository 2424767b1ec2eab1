// Text forms of times and durations.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

// RFC 3339 in UTC, "2026-11-24T03:04:05Z"; milliseconds only when there are any.
std::string to_rfc3339(Time time);

// RFC 3339 with any offset; fractions beyond milliseconds are cut off. Nothing else is accepted:
// no missing offset, no 30 February, no instant before 1970 or after 9999 in UTC, which no other
// text here could show. A leap second counts as the second after it.
std::optional<Time> parse_rfc3339(std::string_view text);

// What came of a time that somebody wrote, with or without an offset.
struct TimeReading {
  enum class Outcome {
    read,
    not_a_time,
    out_of_range,  // before 1970 or after 9999
    skipped,       // the zone's clock leaves it out
    repeated,      // the zone's clock shows it twice
  };
  Outcome outcome = Outcome::not_a_time;
  Time time{};  // if it was read
  // If it was skipped or repeated: the two instants that may be meant, the earlier first, in RFC
  // 3339 with the offsets of that night.
  std::array<std::string, 2> choices{};
};

// RFC 3339; or a local time of `zone`, "2026-12-24T18:00" or "2026-12-24 18:00:00". An unknown zone
// is UTC.
TimeReading read_time_text(std::string_view text, std::string_view zone);

// RFC 5322 §3.3 in UTC, "Tue, 24 Nov 2026 03:04:05 +0000".
std::string to_rfc5322(Time time);

// "250ms", "10s", "5m", "48h", "30d": a whole number and one unit; not negative, at most 100 years.
std::optional<Millis> parse_duration(std::string_view text);

// The shortest text that parse_duration() reads back: "90s", "48h", "2d".
std::string to_duration_text(Millis duration);

// Is `name` "UTC" or a zone or link of the system's IANA database? Other files beside it are none:
// "localtime" is whatever this machine has, "Factory" says that nobody has chosen.
bool is_time_zone(std::string_view name);

// What the clock of a zone shows at some instant.
struct ClockReading {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;
  int hour = 0;
  int minute = 0;
  bool is_utc = true;  // of no zone but UTC
  // Only where the clock shows the same time twice: which one is meant ("CEST", or "UTC+10:30"
  // where both have the same abbreviation).
  std::string which{};
};

// An unknown zone is UTC; so is a zone whose clock shows a year that cannot be told (1969, 10000).
ClockReading read_clock(Time time, std::string_view zone);

}  // namespace promotions
