// The zones of the system's IANA database, for all years. Private to base, and the one home of the
// library that reads them.
#pragma once

#include <optional>
#include <string_view>

#include "base/zone_rule.h"

namespace date {
class time_zone;
}

namespace promotions {

// What a zone's clock does at a time that it shows, or leaves out.
struct LocalClock {
  enum class Kind { unique, skipped, repeated };
  Kind kind = Kind::unique;
  ZoneClock before;  // the change, if there is one; else what holds
  ZoneClock after;
};

// A value. Thread-safe.
class TimeZone {
 public:
  // nullopt: no such zone, or a system without the database. "UTC" may be there or not.
  static std::optional<TimeZone> find(std::string_view name);

  ZoneClock at(std::chrono::sys_seconds time) const;
  LocalClock of_local(std::chrono::seconds since_1970) const;  // as the clock shows it

 private:
  TimeZone(const date::time_zone& zone, const ZoneRule* rule) : zone_(&zone), rule_(rule) {}
  LocalClock by_rule(std::chrono::seconds since_1970) const;

  const date::time_zone* zone_;  // never null; lives as long as the program
  const ZoneRule* rule_;         // null: the clock does not change any more
};

}  // namespace promotions
