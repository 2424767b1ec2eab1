// Text forms of times and durations.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

// RFC 3339 in UTC, "2026-11-24T03:04:05Z"; milliseconds only when there are any.
std::string to_rfc3339(Time time);

// RFC 3339 with any offset; fractions beyond milliseconds are cut off. Nothing else is accepted:
// no missing offset, no 30 February. A leap second counts as the second after it.
std::optional<Time> parse_rfc3339(std::string_view text);

// RFC 5322 §3.3 in UTC, "Tue, 24 Nov 2026 03:04:05 +0000".
std::string to_rfc5322(Time time);

// "250ms", "10s", "5m", "48h", "30d": a whole number and one unit; not negative, at most 100 years.
std::optional<Millis> parse_duration(std::string_view text);

// The shortest text that parse_duration() reads back: "90s", "48h", "2d".
std::string to_duration_text(Millis duration);

// Is `name` "UTC" or a zone of the system's IANA database?
bool is_time_zone(std::string_view name);

// For people: "24/11/2026 04:04 (Europe/Madrid)" in "es", "24 November 2026, 04:04 (Europe/Madrid)"
// in "en". An unknown zone is shown in UTC.
std::string to_local_text(Time time, std::string_view zone, std::string_view locale);

}  // namespace promotions
