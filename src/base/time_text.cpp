#include "promotions/base/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

#include "base/time_zone.h"

namespace promotions {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"January",   "February", "March",    "April",
                                              "May",       "June",     "July",     "August",
                                              "September", "October",  "November", "December"};

struct Civil {
  int year, month, day, hour, minute, second, millisecond, weekday;
};

Civil to_civil(Time time) {
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count()),
          static_cast<int>(std::chrono::weekday{day}.c_encoding())};
}

template <typename... Args>
std::string print(const char* format, Args... args) {
  std::array<char, 96> text{};
  const int size = std::snprintf(text.data(), text.size(), format, args...);
  return {text.data(), static_cast<std::size_t>(size)};
}

// Removes a number of exactly `width` digits from the front of `text` and returns it.
std::optional<int> take_digits(std::string_view& text, std::size_t width) {
  if (text.size() < width) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(width);
  return value;
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

// Reads ".123456" as milliseconds and cuts off further digits. Returns 0 if there is no fraction.
std::optional<int> take_fraction(std::string_view& text) {
  if (!take(text, ".")) return 0;
  int value = 0;
  int digits = 0;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) value *= 10;
  return value;
}

// Reads "Z" or "+01:00".
std::optional<minutes> take_offset(std::string_view& text) {
  if (take(text, "Zz")) return minutes{0};
  if (text.empty()) return std::nullopt;
  const int sign = text.front() == '-' ? -1 : 1;
  if (!take(text, "+-")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return sign * (hours{*hour} + minutes{*minute});
}

struct Unit {
  std::string_view name;
  Millis length;
};
// The longest unit first, so that to_duration_text() finds the shortest text.
constexpr std::array<Unit, 5> kUnits{
    {{"d", hours(24)}, {"h", hours(1)}, {"m", minutes(1)}, {"s", seconds(1)}, {"ms", Millis(1)}}};
constexpr Millis kLongest = hours(24 * 36525);  // 100 years

// The first and last instant that is accepted: RFC 3339 has four digits for the year.
constexpr Time kFirst{Millis{0}};
constexpr Time kLast{Millis{253'402'300'799'999}};  // 9999-12-31T23:59:59.999Z

bool is_in_range(Time time) {
  return time >= kFirst && time <= kLast;
}

// A date and a time as a person wrote them.
struct Written {
  Time local;
  std::optional<minutes> offset;  // absent: a local time of some zone
  bool has_seconds = false;
};

std::optional<Written> take_written(std::string_view text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take(text, "Tt ")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  Written written;
  written.has_seconds = take(text, ":");
  const auto second = written.has_seconds ? take_digits(text, 2) : 0;
  if (!second || *second > 60) return std::nullopt;  // 60: a leap second
  const auto millisecond = written.has_seconds ? take_fraction(text) : 0;
  if (!millisecond) return std::nullopt;
  if (!text.empty()) {
    written.offset = take_offset(text);
    if (!written.offset || !text.empty()) return std::nullopt;
  }
  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  written.local = Time{std::chrono::sys_days{date}} + hours{*hour} + minutes{*minute} +
                  seconds{*second} + Millis{*millisecond};
  return written;
}

// "+02:00". No zone has used an offset with seconds since 1973.
std::string offset_text(seconds offset) {
  const auto total = std::chrono::duration_cast<minutes>(abs(offset)).count();
  return print("%c%02d:%02d", offset < seconds{0} ? '-' : '+', static_cast<int>(total / 60),
               static_cast<int>(total % 60));
}

std::string to_rfc3339(Time time, seconds offset) {
  std::string text = promotions::to_rfc3339(time + offset);
  text.pop_back();  // the "Z"
  return text + offset_text(offset);
}

// The reading of an instant, which may still be out of range.
TimeReading reading_of(Time time) {
  TimeReading reading;
  reading.time = time;
  reading.outcome =
      is_in_range(time) ? TimeReading::Outcome::read : TimeReading::Outcome::out_of_range;
  return reading;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const Civil c = to_civil(time);
  std::string text =
      print("%04d-%02d-%02dT%02d:%02d:%02d", c.year, c.month, c.day, c.hour, c.minute, c.second);
  if (c.millisecond != 0) text += print(".%03d", c.millisecond);
  return text + "Z";
}

std::optional<Time> parse_rfc3339(std::string_view text) {
  const auto written = take_written(text);
  if (!written || !written->offset || !written->has_seconds) return std::nullopt;
  const Time time = written->local - *written->offset;
  return is_in_range(time) ? std::optional(time) : std::nullopt;
}

TimeReading read_time_text(std::string_view text, std::string_view zone) {
  const auto written = take_written(text);
  // Only local times may omit the seconds: RFC 3339 requires them.
  if (!written || (written->offset && !written->has_seconds)) return {};
  if (written->offset) return reading_of(written->local - *written->offset);
  const auto found = TimeZone::find(zone);
  if (!found) return reading_of(written->local);
  const LocalClock clock =
      found->of_local(std::chrono::floor<seconds>(written->local.time_since_epoch()));
  const seconds before = clock.before.offset;
  const seconds after = clock.after.offset;
  TimeReading reading;
  switch (clock.kind) {
    case LocalClock::Kind::unique:
      return reading_of(written->local - before);
    case LocalClock::Kind::repeated:
      reading.outcome = TimeReading::Outcome::repeated;
      reading.choices = {to_rfc3339(written->local - before, before),
                         to_rfc3339(written->local - after, after)};
      return reading;
    case LocalClock::Kind::skipped:
      // The clock was put forward past this time: move it back or forward by the length of the gap.
      // If 02:00 becomes 03:00, then 02:30 means 01:30 or 03:30.
      reading.outcome = TimeReading::Outcome::skipped;
      reading.choices = {to_rfc3339(written->local - after, before),
                         to_rfc3339(written->local - before, after)};
      return reading;
  }
  return {};
}

std::string to_rfc5322(Time time) {
  const Civil c = to_civil(time);
  return print(
      "%s, %02d %.3s %04d %02d:%02d:%02d +0000", kDays.at(static_cast<std::size_t>(c.weekday)),
      c.day, kMonths.at(static_cast<std::size_t>(c.month - 1)), c.year, c.hour, c.minute, c.second);
}

std::optional<Millis> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const Unit& unit : kUnits) {
    if (unit.name == name && count <= kLongest / unit.length) return count * unit.length;
  }
  return std::nullopt;
}

std::string to_duration_text(Millis duration) {
  if (duration == Millis{0}) return "0s";
  for (const Unit& unit : kUnits) {
    if (duration % unit.length == Millis{0}) {
      return std::to_string(duration / unit.length) + std::string(unit.name);
    }
  }
  return std::to_string(duration.count()) + "ms";
}

bool is_time_zone(std::string_view name) {
  return name == "UTC" || TimeZone::find(name).has_value();
}

ClockReading read_clock(Time time, std::string_view zone) {
  auto found = zone == "UTC" ? std::nullopt : TimeZone::find(zone);
  Time local = time;
  ZoneClock now;
  if (found) {
    now = found->at(std::chrono::floor<seconds>(time));
    local = time + now.offset;
  }
  // On the first and the last day that is in range, the zone's clock may show a year that is not.
  if (const int year = to_civil(local).year; year < 1970 || year > 9999) {
    found.reset();
    local = time;
  }
  const Civil c = to_civil(local);
  ClockReading reading{c.year, c.month, c.day, c.hour, c.minute, !found, {}};
  if (!found) return reading;
  // The way back from the local time tells whether the clock shows this time twice.
  const LocalClock shown = found->of_local(std::chrono::floor<seconds>(local.time_since_epoch()));
  if (shown.kind == LocalClock::Kind::repeated) {
    const bool tells = shown.before.abbreviation != shown.after.abbreviation;
    reading.which = tells ? now.abbreviation : "UTC" + offset_text(now.offset);
  }
  return reading;
}

}  // namespace promotions
