#include "domain/record_fields.h"

#include <algorithm>
#include <charconv>

#include "promotions/base/normal_form.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/canonical_json.h"

namespace promotions {
namespace {

constexpr int kVersion = 2;
constexpr std::chrono::seconds kLongestDelay = std::chrono::hours(7 * 24);

void check_normal_form(const Json& json, const std::string& path, RecordProblems& problems) {
  if (const auto* text = json.get_ptr<const std::string*>()) {
    if (!is_nfc(*text)) {
      problems.push_back({path, "is not in Unicode's normal form C: " + json_excerpt(json)});
    }
  } else if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      check_normal_form(json[i], path + "[" + std::to_string(i) + "]", problems);
    }
  } else if (json.is_object()) {
    for (const auto& [name, value] : json.items()) {
      const std::string field = field_excerpt(name);
      std::string place = path;
      if (!place.empty()) place += '.';
      check_normal_form(value, place.append(field), problems);
    }
  }
}

// Where the text leaves the canonical one.
std::optional<std::size_t> first_difference(std::string_view text, std::string_view canonical) {
  if (text == canonical) return std::nullopt;
  const auto [here, there] =
      std::mismatch(text.begin(), text.end(), canonical.begin(), canonical.end());
  return static_cast<std::size_t>(here - text.begin());
}

// "0s", "30s": no other way of writing it.
std::optional<std::chrono::seconds> parse_delay(std::string_view text) {
  if (text.size() < 2 || text.back() != 's') return std::nullopt;
  text.remove_suffix(1);
  if (text.front() == '0' && text.size() > 1) return std::nullopt;
  if (text.front() < '0' || text.front() > '9') return std::nullopt;
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  const std::chrono::seconds delay{count};
  return delay <= kLongestDelay ? std::optional(delay) : std::nullopt;
}

}  // namespace

RecordReading read_record(std::string_view text, RecordVersion form) {
  RecordReading reading;
  JsonReading parsed = read_json_object(text);
  if (!parsed.problem.empty()) {
    reading.problems.push_back({"", std::move(parsed.problem)});
    return reading;
  }
  if (form == RecordVersion::two && parsed.json.value("version", Json()) == Json(1)) {
    reading.problems.push_back({"version", "expected 2, found 1, made by an unreleased program"});
    return reading;
  }
  reading.json = std::move(parsed.json);
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (const auto at = first_difference(text, canonical_json(reading.json))) {
    reading.problems.push_back(
        {"", "is not in its canonical form (RFC 8785) at byte " + std::to_string(*at + 1)});
  }
  check_normal_form(reading.json, "", reading.problems);
  return reading;
}

RecordFields::RecordFields(const Json* object, std::string path, RecordProblems& problems)
    : object_(object), path_(std::move(path)), problems_(&problems) {
  if (object_ == nullptr || object_->is_object()) return;
  problems_->push_back({path_, "expected an object, found " + json_excerpt(*object_)});
  object_ = nullptr;
}

std::string RecordFields::path(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

bool RecordFields::has(const std::string& name) const {
  return object_ != nullptr && object_->contains(name);
}

const Json* RecordFields::take(const std::string& name) {
  known_.insert(name);
  if (object_ == nullptr) return nullptr;
  if (object_->contains(name)) return &(*object_)[name];
  note(name, "is missing");
  return nullptr;
}

void RecordFields::wrong(const std::string& name, const std::string& expected, const Json& found) {
  note(name, "expected " + expected + ", found " + json_excerpt(found));
}

void RecordFields::note(const std::string& name, const std::string& what) {
  problems_->push_back({path(name), what});
}

std::int64_t RecordFields::number(const std::string& name, std::int64_t least, std::int64_t most) {
  const Json* value = take(name);
  if (value == nullptr) return least;
  const auto number = whole_number(*value);
  if (number && *number >= least && *number <= most) return *number;
  wrong(name, "a whole number in " + std::to_string(least) + ".." + std::to_string(most), *value);
  return least;
}

void RecordFields::version() {
  const Json* value = take("version");
  if (value != nullptr && whole_number(*value) != kVersion) {
    wrong("version", std::to_string(kVersion), *value);
  }
}

// nullptr if it is missing or no string, which is noted.
const std::string* RecordFields::string(const std::string& name, const std::string& expected) {
  const Json* value = take(name);
  if (value == nullptr) return nullptr;
  const auto* text = value->get_ptr<const std::string*>();
  if (text == nullptr) wrong(name, expected, *value);
  return text;
}

std::string RecordFields::text(const std::string& name) {
  const std::string* found = string(name, "a string");
  return found == nullptr ? std::string() : *found;
}

std::string RecordFields::text(const std::string& name, const std::string& expected,
                               const std::function<bool(std::string_view)>& is_right) {
  const std::string* found = string(name, expected);
  if (found == nullptr) return {};
  if (is_right(*found)) return *found;
  wrong(name, expected, *found);
  return {};
}

Hash RecordFields::hash(const std::string& name) {
  const std::string text =
      this->text(name, "64 lower-case hexadecimal digits",
                 [](std::string_view digits) { return parse_hash(digits).has_value(); });
  return parse_hash(text).value_or(Hash{});
}

Time RecordFields::time(const std::string& name) {
  std::optional<Time> time;
  text(name, "a time such as 2026-12-24T18:00:00Z", [&](std::string_view text) {
    time = parse_rfc3339(text);
    const bool is_whole = time && *time == std::chrono::floor<std::chrono::seconds>(*time);
    return is_whole && to_rfc3339(*time) == text;
  });
  return time.value_or(Time{});
}

std::optional<Time> RecordFields::time_or_null(const std::string& name) {
  if (has(name) && object_->at(name).is_null()) {
    known_.insert(name);
    return std::nullopt;
  }
  return time(name);
}

std::chrono::seconds RecordFields::duration(const std::string& name) {
  std::optional<std::chrono::seconds> delay;
  text(name, "whole seconds such as \"30s\", 7 days at most", [&](std::string_view text) {
    delay = parse_delay(text);
    return delay.has_value();
  });
  return delay.value_or(std::chrono::seconds{0});
}

RecordFields RecordFields::object(const std::string& name) {
  return {take(name), path(name), *problems_};
}

std::vector<RecordFields> RecordFields::objects(const std::string& name) {
  std::vector<RecordFields> elements;
  const Json* value = take(name);
  if (value == nullptr) return elements;
  if (!value->is_array()) {
    wrong(name, "an array", *value);
    return elements;
  }
  for (const Json& element : *value) {
    elements.emplace_back(&element, path(name) + "[" + std::to_string(elements.size()) + "]",
                          *problems_);
  }
  return elements;
}

void RecordFields::no_others() {
  if (object_ == nullptr) return;
  for (const auto& [name, value] : object_->items()) {
    if (known_.contains(name)) continue;
    note(field_excerpt(name), "is no field of version " + std::to_string(kVersion));
  }
}

}  // namespace promotions
