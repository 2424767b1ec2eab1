// Reading single values of a body's fields: each sets its target, or notes in `errors` what is
// wrong with `field` and leaves the target alone. Private to api.
#pragma once

#include <optional>
#include <string>

#include "promotions/base/clock.h"
#include "promotions/base/json.h"
#include "promotions/http/body.h"

namespace promotions {

// nullptr, with the error noted, if it is no string. Points into `value`.
const std::string* text_value(FieldReader& errors, const std::string& field, const Json& value);

void read_flag(FieldReader& errors, const std::string& field, const Json& value, bool& target);

// A whole number of `least` to `most`.
void read_count(FieldReader& errors, const std::string& field, const Json& value, int least,
                int most, int& target);

// An RFC 3339 time, a local time of `zone`, or null for none.
void read_time(FieldReader& errors, const std::string& field, const Json& value,
               const std::string& zone, std::optional<Time>& target);

// Both ends belong to it.
struct DurationRange {
  Millis least;
  Millis most;
  const char* example;  // as an organiser would write it
};

void read_duration(FieldReader& errors, const std::string& field, const Json& value,
                   const DurationRange& range, Millis& target);

// The same, or null for none.
void read_duration(FieldReader& errors, const std::string& field, const Json& value,
                   const DurationRange& range, std::optional<Millis>& target);

// One of few texts: `parse` makes an optional of it, `choices` says which there are.
template <typename T, typename Parse>
void read_choice(FieldReader& errors, const std::string& field, const Json& value, Parse&& parse,
                 const char* choices, T& target) {
  const std::string* text = text_value(errors, field, value);
  if (text == nullptr) return;
  const auto choice = parse(*text);
  if (!choice) {
    errors.wrong(field, "out_of_range", std::string("must be ") + choices);
    return;
  }
  target = *choice;
}

}  // namespace promotions
