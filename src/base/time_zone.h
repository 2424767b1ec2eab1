// The zones of the system's IANA database, for all years. Private to base, and the only part that
// uses the library that reads them.
#pragma once

#include <optional>
#include <string_view>

#include "base/zone_rule.h"

namespace date {
class time_zone;
}

namespace promotions {

// What a zone's clock does around a local time: it shows it once, twice or never.
struct LocalClock {
  enum class Kind { unique, skipped, repeated };
  Kind kind = Kind::unique;
  ZoneClock before;  // before the change; if it is unique, both are the clock in force
  ZoneClock after;
};

// A value. Thread-safe.
class TimeZone {
 public:
  // Returns nullopt if there is no such zone, or if the system lacks the database. Whether "UTC" is
  // found depends on the system.
  static std::optional<TimeZone> find(std::string_view name);

  ZoneClock at(std::chrono::sys_seconds time) const;
  // The argument is local time: the seconds from 1970-01-01T00:00 as the zone's clock counts them.
  LocalClock of_local(std::chrono::seconds since_1970) const;

 private:
  TimeZone(const date::time_zone& zone, const ZoneRule* rule) : zone_(&zone), rule_(rule) {}
  LocalClock by_rule(std::chrono::seconds since_1970) const;

  const date::time_zone* zone_;  // never null; lives as long as the program
  const ZoneRule* rule_;         // null: the clock never changes again; lives as long, too
};

}  // namespace promotions
