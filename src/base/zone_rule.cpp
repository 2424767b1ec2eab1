#include "base/zone_rule.h"

namespace promotions {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

// Each take…() reads the part that it is named after and removes it from the front of the text. It
// returns false if the part is not there.
class ZoneRule::Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::optional<ZoneRule> parse() {
    ZoneRule rule;
    if (!take_name(rule.standard_.abbreviation) || !take_offset(rule.standard_.offset) ||
        !take_name(rule.daylight_.abbreviation)) {
      return std::nullopt;
    }
    rule.daylight_.offset = rule.standard_.offset + hours{1};  // unless the text says otherwise
    if (!text_.starts_with(',') && !take_offset(rule.daylight_.offset)) return std::nullopt;
    if (!take_moment(rule.to_daylight_) || !take_moment(rule.to_standard_) || !text_.empty()) {
      return std::nullopt;
    }
    return rule;
  }

 private:
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }

  bool take_number(int& number, int least, int most) {
    if (text_.empty() || !is_digit(text_.front())) return false;
    number = 0;
    for (; !text_.empty() && is_digit(text_.front()); text_.remove_prefix(1)) {
      number = number * 10 + (text_.front() - '0');
      if (number > most) return false;
    }
    return number >= least;
  }

  // "CET" or "<+0330>".
  bool take_name(std::string& name) {
    const bool is_quoted = take('<');
    std::size_t size = 0;
    while (size < text_.size() && (is_quoted ? text_[size] != '>' : is_letter(text_[size]))) ++size;
    if (size < 3) return false;
    name = text_.substr(0, size);
    text_.remove_prefix(size);
    return !is_quoted || take('>');
  }

  // "2", "-1:30", "167:00:00".
  bool take_time(seconds& time, int most_hours) {
    const bool is_negative = take('-');
    if (!is_negative) take('+');
    int hour = 0;
    int minute = 0;
    int second = 0;
    if (!take_number(hour, 0, most_hours)) return false;
    if (take(':')) {
      if (!take_number(minute, 0, 59)) return false;
      if (take(':') && !take_number(second, 0, 59)) return false;
    }
    time = hours{hour} + minutes{minute} + seconds{second};
    if (is_negative) time = -time;
    return true;
  }

  // POSIX counts offsets to the west of Greenwich as positive, unlike everybody else.
  bool take_offset(seconds& offset) {
    if (!take_time(offset, 24)) return false;
    offset = -offset;
    return true;
  }

  // "M3.5.0/2" (month, week, weekday), "J60" (1..365, no 29 February) or "59" (0..365).
  bool take_moment(Moment& moment) {
    if (!take(',')) return false;
    if (take('M')) {
      if (!take_number(moment.month, 1, 12) || !take('.') || !take_number(moment.week, 1, 5) ||
          !take('.') || !take_number(moment.weekday, 0, 6)) {
        return false;
      }
    } else if (take('J')) {
      moment.kind = Moment::Kind::day_without_leap;
      if (!take_number(moment.day, 1, 365)) return false;
    } else {
      moment.kind = Moment::Kind::day_of_year;
      if (!take_number(moment.day, 0, 365)) return false;
    }
    // RFC 8536 §3.3.1: the time may be from -167 to 167 hours, and so fall on another day.
    return !take('/') || take_time(moment.time, 167);
  }

  std::string_view text_;
};

std::optional<ZoneRule> ZoneRule::parse(std::string_view text) {
  return Parser(text).parse();
}

sys_seconds ZoneRule::Moment::in(std::chrono::year year) const {
  using std::chrono::January;
  const sys_days first{year / January / 1};
  switch (kind) {
    case Kind::day_of_year:
      return first + days{day} + time;
    case Kind::day_without_leap: {
      const bool is_behind_leap_day = year.is_leap() && day > 31 + 28;
      return first + days{day - 1 + (is_behind_leap_day ? 1 : 0)} + time;
    }
    case Kind::weekday_of_month:
      break;
  }
  const auto in_month = year / std::chrono::month{static_cast<unsigned>(month)};
  const std::chrono::weekday wanted{static_cast<unsigned>(weekday)};
  const sys_days date = week == 5 ? sys_days{in_month / wanted[std::chrono::last]}
                                  : sys_days{in_month / wanted[static_cast<unsigned>(week)]};
  return date + time;
}

ZoneClock ZoneRule::at(sys_seconds time) const {
  const auto date = std::chrono::floor<days>(time + standard_.offset);
  const std::chrono::year year = std::chrono::year_month_day{date}.year();
  // A moment is written in the local time that is in force just before it.
  const sys_seconds begin = to_daylight_.in(year)-standard_.offset;
  const sys_seconds end = to_standard_.in(year)-daylight_.offset;
  // In the southern hemisphere, summer is at both ends of the year.
  const bool is_daylight = begin < end ? begin <= time && time < end : time < end || begin <= time;
  return is_daylight ? daylight_ : standard_;
}

}  // namespace promotions
