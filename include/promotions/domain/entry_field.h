// What a sign-up is asked besides its address: the fields of a campaign's form, and the check of
// what somebody fills in. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/field_error.h"
#include "promotions/domain/translated_text.h"

namespace promotions {

enum class FieldType {
  text,       // one line
  long_text,  // may have several
  number,
  date,      // "2026-12-24"
  tel,       // a telephone number as people write it
  select,    // one of the field's choices
  checkbox,  // true or false
  consent,   // the same, and what was agreed to is kept as a proof
};

std::string_view to_text(FieldType type);
std::optional<FieldType> parse_field_type(std::string_view text);

struct FieldChoice {
  std::string value;     // what is stored
  TranslatedText label;  // what people read
  friend bool operator==(const FieldChoice&, const FieldChoice&) = default;
};

struct EntryField {
  std::string name;  // `[a-z][a-z0-9_]{0,31}`; the member of `data`
  FieldType type = FieldType::text;
  TranslatedText label;  // empty only for a consent, whose text says it all
  TranslatedText help{};
  bool is_required = false;
  std::vector<FieldChoice> choices{};  // of a select, at least one
  // The bounds of a number; or of a date, in days since 1 January 1970.
  std::optional<double> min{};
  std::optional<double> max{};
  std::optional<int> max_length{};  // of texts, in characters
  TranslatedText text{};            // of a consent: what is agreed to, see linked_text.h

  // The most characters that a text may have, whether the organiser says so or not.
  std::size_t most_characters() const;
  friend bool operator==(const EntryField&, const EntryField&) = default;
};

// Where the data comes from: the values of a form are strings, those of JSON have types.
enum class DataForm { json, form };

// Checks the object `given` by the fields, and writes the values, as they are stored, to `data`:
// texts in Normalization Form C and without white space at their ends, numbers and truth values as
// such, without what was left empty. Returns what is wrong with each field as "data.NAME", in the
// order of the fields; the codes are
//   required       it must be given; a consent or a checkbox that is required must be true
//   unknown_field  there is no field of that name
//   wrong_type     it is no string, number or truth value, as it should be; or comes more than once
//   invalid        it is not a date, a number or a telephone number
//   not_a_choice   it is none of the choices
//   too_long       it has more characters than it may
//   out_of_range   it is below `min` or above `max`
//   not_one_line   it has line breaks or control characters
FieldErrors read_entry_data(const std::vector<EntryField>& fields, const Json& given, DataForm form,
                            Json& data);

// A date "2026-12-24" in days since 1 January 1970; nullopt for anything else. And back.
std::optional<double> parse_date(std::string_view text);
std::string to_date_text(double days);

}  // namespace promotions
