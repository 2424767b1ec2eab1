#include "promotions/base/time_text.h"

#include <date/date.h>
#include <date/tz.h>

#include <array>
#include <charconv>
#include <cstdio>

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

// Takes a number of exactly `width` digits off the front of `text`.
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

// ".123456": milliseconds, further digits cut off. Absent: 0.
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

// "Z" or "+01:00".
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
// Longest first, so that to_duration_text() finds the shortest text.
constexpr std::array<Unit, 5> kUnits{
    {{"d", hours(24)}, {"h", hours(1)}, {"m", minutes(1)}, {"s", seconds(1)}, {"ms", Millis(1)}}};
constexpr Millis kLongest = hours(24 * 36525);

const date::time_zone* find_zone(std::string_view name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {  // no such zone, or a system without the database
    return nullptr;
  }
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
  const auto year = take_digits(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day || !take(text, "Tt ")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 60) return std::nullopt;
  const auto millisecond = take_fraction(text);
  if (!millisecond) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;

  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return Time{std::chrono::sys_days{date}} + hours{*hour} + minutes{*minute} + seconds{*second} +
         Millis{*millisecond} - *offset;
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
  return name == "UTC" || find_zone(name) != nullptr;
}

std::string to_local_text(Time time, std::string_view zone, std::string_view locale) {
  const date::time_zone* found = zone == "UTC" ? nullptr : find_zone(zone);
  const Time local =
      found == nullptr ? time : time + found->get_info(std::chrono::floor<seconds>(time)).offset;
  const std::string name = found == nullptr ? "UTC" : std::string(zone);
  const Civil c = to_civil(local);
  if (locale == "en") {
    return print("%d %s %04d, %02d:%02d", c.day, kMonths.at(static_cast<std::size_t>(c.month - 1)),
                 c.year, c.hour, c.minute) +
           " (" + name + ")";
  }
  return print("%02d/%02d/%04d %02d:%02d", c.day, c.month, c.year, c.hour, c.minute) + " (" + name +
         ")";
}

}  // namespace promotions
