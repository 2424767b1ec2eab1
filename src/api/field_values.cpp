#include "api/field_values.h"

#include "promotions/base/time_text.h"

namespace promotions {
namespace {

std::optional<Millis> duration_value(FieldReader& errors, const std::string& field,
                                     const Json& value, const DurationRange& range,
                                     const char* or_else) {
  const std::string* text = text_value(errors, field, value);
  if (text == nullptr) return std::nullopt;
  const auto duration = parse_duration(*text);
  if (duration && *duration >= range.least && *duration <= range.most) return duration;
  errors.wrong(field, "out_of_range",
               "must be a duration of " + to_duration_text(range.least) + " to " +
                   to_duration_text(range.most) + ", as " + range.example + or_else);
  return std::nullopt;
}

}  // namespace

const std::string* text_value(FieldReader& errors, const std::string& field, const Json& value) {
  if (value.is_string()) return value.get_ptr<const std::string*>();
  errors.wrong(field, "wrong_type", "must be a string");
  return nullptr;
}

void read_flag(FieldReader& errors, const std::string& field, const Json& value, bool& target) {
  if (!value.is_boolean()) {
    errors.wrong(field, "wrong_type", "must be true or false");
    return;
  }
  target = value.get<bool>();
}

void read_count(FieldReader& errors, const std::string& field, const Json& value, int least,
                int most, int& target) {
  if (!value.is_number_integer()) {
    errors.wrong(field, "wrong_type", "must be a whole number");
    return;
  }
  // An unsigned value beyond int64 compares as itself here, not as a negative one.
  if (value < least || value > most) {
    errors.wrong(field, "out_of_range",
                 "must be " + std::to_string(least) + " to " + std::to_string(most));
    return;
  }
  target = value.get<int>();
}

void read_time(FieldReader& errors, const std::string& field, const Json& value,
               const std::string& zone, std::optional<Time>& target) {
  if (value.is_null()) {
    target.reset();
    return;
  }
  const std::string* text = text_value(errors, field, value);
  if (text == nullptr) return;
  const TimeReading reading = read_time_text(*text, zone);
  const std::string choices =
      "; write " + reading.choices[0] + " or " + reading.choices[1] + ", whichever is meant";
  switch (reading.outcome) {
    case TimeReading::Outcome::read:
      target = reading.time;
      return;
    case TimeReading::Outcome::not_a_time:
      return errors.wrong(
          field, "invalid",
          "must be a time, as 2026-12-24T18:00:00Z or, in " + zone + ", 2026-12-24 18:00, or null");
    case TimeReading::Outcome::out_of_range:
      return errors.wrong(field, "out_of_range", "must lie in the years 1970 to 9999, in UTC");
    case TimeReading::Outcome::skipped:
      return errors.wrong(field, "skipped_time",
                          "does not exist: the clock in " + zone + " skips it" + choices);
    case TimeReading::Outcome::repeated:
      return errors.wrong(field, "repeated_time",
                          "comes twice: the clock in " + zone + " goes back over it" + choices);
  }
}

void read_duration(FieldReader& errors, const std::string& field, const Json& value,
                   const DurationRange& range, Millis& target) {
  const auto duration = duration_value(errors, field, value, range, "");
  if (duration) target = *duration;
}

void read_duration(FieldReader& errors, const std::string& field, const Json& value,
                   const DurationRange& range, std::optional<Millis>& target) {
  if (value.is_null()) {
    target.reset();
    return;
  }
  const auto duration = duration_value(errors, field, value, range, ", or null");
  if (duration) target = duration;
}

}  // namespace promotions
