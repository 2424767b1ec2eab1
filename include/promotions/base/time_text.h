// Times and durations as text. All functions are thread-safe.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

// RFC 3339 in UTC, "2026-11-24T03:04:05Z"; milliseconds only when there are any.
std::string to_rfc3339(Time time);

// RFC 3339 with any offset; digits beyond milliseconds are cut off. Returns nullopt for everything
// else: a missing offset, 30 February, or an instant before 1970 or after 9999 in UTC, which the
// other functions here could not show. A leap second counts as the second after it.
std::optional<Time> parse_rfc3339(std::string_view text);

// The result of reading a time that a person wrote, with or without an offset.
struct TimeReading {
  enum class Outcome {
    read,
    not_a_time,
    out_of_range,  // before 1970 or after 9999
    skipped,       // the zone's clock never shows it: it was put forward past it
    repeated,      // the zone's clock shows it twice: it was put back
  };
  Outcome outcome = Outcome::not_a_time;
  Time time{};  // only if it was read
  // Only if it was skipped or repeated: the two instants that may be meant, the earlier one first,
  // in RFC 3339 with the offsets before and after the change.
  std::array<std::string, 2> choices{};
};

// Reads RFC 3339, or a local time of `zone` like "2026-12-24T18:00" or "2026-12-24 18:00:00". An
// unknown zone counts as UTC.
TimeReading read_time_text(std::string_view text, std::string_view zone);

// RFC 5322 §3.3 in UTC, "Tue, 24 Nov 2026 03:04:05 +0000".
std::string to_rfc5322(Time time);

// Reads a whole number and one unit: "250ms", "10s", "5m", "48h", "30d". Returns nullopt for
// anything else, for a negative number, and for more than 100 years.
std::optional<Millis> parse_duration(std::string_view text);

// The shortest text that parse_duration() reads back: "90s", "48h", "2d".
std::string to_duration_text(Millis duration);

// Is `name` "UTC", or a zone or link of the system's IANA database? Other files in the same folder
// do not count: "localtime" is the machine's own zone, and "Factory" means that none was chosen.
bool is_time_zone(std::string_view name);

// What a zone's clock shows at an instant.
struct ClockReading {
  int year = 1970;
  int month = 1;  // 1..12
  int day = 1;
  int hour = 0;
  int minute = 0;
  bool is_utc = true;  // the reading is in UTC, not in another zone
  // Set only if the clock shows this time twice, to tell the two apart: "CEST", or "UTC+10:30"
  // where both have the same abbreviation.
  std::string which{};
};

// Falls back to UTC for an unknown zone, and if the zone's clock shows a year outside 1970..9999.
ClockReading read_clock(Time time, std::string_view zone);

}  // namespace promotions
