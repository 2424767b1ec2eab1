#include "http/field_values.h"

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
               std::optional<Time>& target) {
  if (value.is_null()) {
    target.reset();
    return;
  }
  const std::string* text = text_value(errors, field, value);
  if (text == nullptr) return;
  const auto time = parse_rfc3339(*text);
  if (!time) {
    errors.wrong(field, "invalid", "must be an RFC 3339 time, as 2026-12-24T18:00:00Z, or null");
    return;
  }
  target = time;
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
