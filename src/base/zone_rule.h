// The rule by which a zone's clock changes in all future years. Private to base.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace promotions {

// A zone's offset and abbreviation at some moment.
struct ZoneClock {
  std::chrono::seconds offset{};  // to UTC
  std::string abbreviation;
};

// The last line of a zone's file (RFC 8536 §3.3), in the form of POSIX's TZ:
// "CET-1CEST,M3.5.0,M10.5.0/3". It applies after the last change that the file lists.
class ZoneRule {
 public:
  // Returns nullopt if the text is not a rule, or if its clock never changes.
  static std::optional<ZoneRule> parse(std::string_view text);

  ZoneClock at(std::chrono::sys_seconds time) const;

  const ZoneClock& standard() const { return standard_; }
  const ZoneClock& daylight() const { return daylight_; }

 private:
  // A day of each year and a time, counted from the start of that day; it may fall on another day.
  struct Moment {
    enum class Kind { weekday_of_month, day_of_year, day_without_leap };
    Kind kind = Kind::weekday_of_month;
    int month = 0;
    int week = 0;     // 1..5; 5: the last
    int weekday = 0;  // 0: Sunday
    int day = 0;      // from 0; with day_without_leap from 1
    std::chrono::seconds time{std::chrono::hours(2)};

    std::chrono::sys_seconds in(std::chrono::year year) const;  // as if the clock showed UTC
  };
  class Parser;

  ZoneClock standard_;
  ZoneClock daylight_;
  Moment to_daylight_;
  Moment to_standard_;
};

}  // namespace promotions
