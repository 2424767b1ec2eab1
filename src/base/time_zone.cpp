#include "base/time_zone.h"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>

#include "promotions/base/mutex.h"

namespace promotions {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

const std::string kFolder = "/usr/share/zoneinfo/";

// The names of the zones and links in `tzdata.zi`, the source text of the database. Empty if the
// system does not have that file.
std::set<std::string, std::less<>> read_zone_names() {
  std::set<std::string, std::less<>> names;
  std::ifstream file(kFolder + "tzdata.zi");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    words >> kind >> name;
    if (kind == "L") words >> name;  // "L TARGET NAME"
    if (kind == "L" || kind == "Z") names.insert(name);
  }
  return names;
}

// Is this a file in the folder of zones that has their format but is no zone of the database?
bool is_other_file(std::string_view name) {
  constexpr std::array<std::string_view, 3> files{"localtime", "posixrules", "Factory"};
  return std::find(files.begin(), files.end(), name) != files.end() || name.starts_with("posix/") ||
         name.starts_with("right/");
}

// Reads the last line of the zone's file, which the library ignores: after the last change that the
// file lists, mostly in 2037, the library's clock never changes again.
std::optional<ZoneRule> read_rule(const std::string& name) {
  std::ifstream file(kFolder + name, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  const std::string text = content.str();
  if (text.size() < 2 || text.back() != '\n') return std::nullopt;
  const auto begin = text.rfind('\n', text.size() - 2);
  if (begin == std::string::npos) return std::nullopt;
  return ZoneRule::parse(std::string_view(text).substr(begin + 1, text.size() - begin - 2));
}

// Rules are never removed from the map, so the pointer stays valid.
const ZoneRule* rule_of(const std::string& name) {
  static Mutex mutex;
  static std::map<std::string, std::optional<ZoneRule>> rules GUARDED_BY(mutex);
  const MutexLock lock(mutex);
  auto found = rules.find(name);
  if (found == rules.end()) found = rules.emplace(name, read_rule(name)).first;
  return found->second ? &*found->second : nullptr;
}

// Is this the period after the last change that the library knows?
bool is_last(const date::sys_info& info) {
  return info.end >= date::sys_days{date::year{9999} / 12 / 31};
}

ZoneClock clock_of(const date::sys_info& info) {
  return {info.offset, info.abbrev};
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  static const auto names = read_zone_names();
  // The library itself takes any file in the folder of zones for a zone.
  if (is_other_file(name) || (!names.empty() && !names.contains(name))) return std::nullopt;
  try {
    const std::string known(name);
    return TimeZone(*date::locate_zone(known), rule_of(known));
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

ZoneClock TimeZone::at(sys_seconds time) const {
  const date::sys_info info = zone_->get_info(time);
  return rule_ != nullptr && is_last(info) ? rule_->at(time) : clock_of(info);
}

LocalClock TimeZone::of_local(seconds since_1970) const {
  const date::local_info info = zone_->get_info(date::local_seconds{since_1970});
  switch (info.result) {
    case date::local_info::unique:
      if (rule_ != nullptr && is_last(info.first)) return by_rule(since_1970);
      return {LocalClock::Kind::unique, clock_of(info.first), clock_of(info.first)};
    case date::local_info::ambiguous:
      return {LocalClock::Kind::repeated, clock_of(info.first), clock_of(info.second)};
    case date::local_info::nonexistent:
      return {LocalClock::Kind::skipped, clock_of(info.first), clock_of(info.second)};
  }
  return {};
}

// Tries both clocks of the rule. A clock shows the local time if the rule says that this clock is
// in force at the instant at which it would show it.
LocalClock TimeZone::by_rule(seconds since_1970) const {
  const auto is_shown_by = [&](const ZoneClock& clock) {
    return rule_->at(sys_seconds{since_1970 - clock.offset}).offset == clock.offset;
  };
  // The clock that the rule calls daylight time may be the slower one, as in Dublin.
  const bool is_usual = rule_->standard().offset < rule_->daylight().offset;
  const ZoneClock& slow = is_usual ? rule_->standard() : rule_->daylight();
  const ZoneClock& fast = is_usual ? rule_->daylight() : rule_->standard();
  const bool by_slow = is_shown_by(slow);
  const bool by_fast = is_shown_by(fast);
  // A clock that goes from fast to slow repeats an hour; one that goes from slow to fast skips one.
  if (by_slow && by_fast) return {LocalClock::Kind::repeated, fast, slow};
  if (!by_slow && !by_fast) return {LocalClock::Kind::skipped, slow, fast};
  const ZoneClock& only = by_slow ? slow : fast;
  return {LocalClock::Kind::unique, only, only};
}

}  // namespace promotions
