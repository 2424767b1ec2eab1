#include "promotions/render/local_text.h"

#include <algorithm>
#include <array>

#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
#include "render/catalogue.h"
#include "render/template_tags.h"

namespace promotions {
namespace {

// Replaces each {{name}} in `pattern` by `value_of(name)`.
template <typename ValueOf>
std::string filled(std::string_view pattern, ValueOf&& value_of) {
  std::string text;
  std::size_t done = 0;
  for (auto tag = next_tag(pattern, 0); tag; tag = next_tag(pattern, tag->end)) {
    if (tag->end == std::string_view::npos) break;
    text.append(pattern.substr(done, tag->begin - done)).append(value_of(tag->contents));
    done = tag->end;
  }
  return text.append(pattern.substr(done));
}

std::string two_digits(int number) {
  std::string text = std::to_string(number);
  return text.size() < 2 ? "0" + text : text;
}

std::string part_of(const ClockReading& clock, std::string_view name, Locale locale) {
  if (name == "day") return std::to_string(clock.day);
  if (name == "day2") return two_digits(clock.day);
  if (name == "month2") return two_digits(clock.month);
  if (name == "month") return text_at(locale, "time.months." + std::to_string(clock.month));
  if (name == "year") return std::to_string(clock.year);
  if (name == "hour") return two_digits(clock.hour);
  if (name == "minute") return two_digits(clock.minute);
  return {};
}

// Is the zone named after a city? The database names zones by area and city ("Europe/Madrid"),
// except for zones that are not places ("Etc/GMT+5") and old names of countries ("Cuba",
// "US/Eastern").
bool has_city(std::string_view zone) {
  constexpr std::array<std::string_view, 10> areas{"Africa", "America",  "Antarctica", "Arctic",
                                                   "Asia",   "Atlantic", "Australia",  "Europe",
                                                   "Indian", "Pacific"};
  return std::find(areas.begin(), areas.end(), zone.substr(0, zone.find('/'))) != areas.end();
}

// "New York" for "America/New_York", unless the language has its own name for the city.
std::string city_of(std::string_view zone, Locale locale) {
  const Catalogue& texts = catalogue(locale);
  if (const std::string* city = texts.find("cities." + std::string(zone))) return *city;
  std::string city(zone.substr(zone.rfind('/') + 1));
  std::replace(city.begin(), city.end(), '_', ' ');
  return city;
}

// Does the word before the city's name take its short form ("heure d’Amsterdam")?
bool elides(std::string_view city, Locale locale) {
  std::string_view rest = city;
  take_code_point(rest);
  const std::string_view first = city.substr(0, city.size() - rest.size());
  const std::string& letters = text_at(locale, "time.elided_before");
  return !first.empty() && letters.find(first) != std::string::npos;
}

std::string zone_words(std::string_view zone, Locale locale) {
  if (const std::string* words = catalogue(locale).find("zones." + std::string(zone))) {
    return *words;
  }
  if (!has_city(zone)) return std::string(zone);
  const std::string city = city_of(zone, locale);
  const std::string& pattern =
      text_at(locale, elides(city, locale) ? "time.elided_zone" : "time.zone");
  return filled(pattern, [&](std::string_view) { return std::string(city); });
}

}  // namespace

std::string to_local_text(Time time, std::string_view zone, Locale locale) {
  const ClockReading clock = read_clock(time, zone);
  std::string text = filled(text_at(locale, "time.moment"),
                            [&](std::string_view name) { return part_of(clock, name, locale); });
  if (!clock.which.empty()) text.append(" ").append(clock.which);
  return text + " (" + (clock.is_utc ? "UTC" : zone_words(zone, locale)) + ")";
}

}  // namespace promotions
