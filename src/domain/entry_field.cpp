#include "promotions/domain/entry_field.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "domain/written_text.h"
#include "promotions/base/encoding.h"
#include "promotions/base/enum_names.h"
#include "promotions/base/normal_form.h"
#include "promotions/base/unicode.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxPhrase = 200;    // characters of a line, if the field does not say
constexpr std::size_t kMaxPassage = 2000;  // and of a long text

// What can be read of one value, or what is wrong with it.
struct Reading {
  Json value{};  // null: nothing was given
  std::string code{};
  std::string detail{};
};

Reading wrong(std::string code, std::string detail) {
  return {nullptr, std::move(code), std::move(detail)};
}

std::string to_text(double number) {
  std::array<char, 32> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number);
  return {text.data(), end};
}

// The bounds of a field, as `write` shows them: "1 to 10", "at least 1".
template <typename Write>
std::string bounds_of(const EntryField& field, Write write) {
  if (field.min && field.max) return write(*field.min) + " to " + write(*field.max);
  return field.min ? "at least " + write(*field.min) : "at most " + write(*field.max);
}

bool is_within(const EntryField& field, double value) {
  return !(field.min && value < *field.min) && !(field.max && value > *field.max);
}

Reading read_text(const EntryField& field, const std::string& given) {
  const Lines lines = field.type == FieldType::long_text ? Lines::several : Lines::one;
  auto text = written_text(to_nfc(given), lines);
  if (!text) {
    return wrong("not_one_line", lines == Lines::one
                                     ? "must be one line, without control characters"
                                     : "must have no control characters");
  }
  if (is_blank(*text)) return {};
  const std::size_t most = field.most_characters();
  if (count_characters(*text) > most) {
    return wrong("too_long", "must have at most " + std::to_string(most) + " characters");
  }
  return {*std::move(text)};
}

// Telephone numbers are kept as they are written: who calls knows how to read them.
Reading read_tel(const std::string& given) {
  constexpr std::size_t kLeastDigits = 5;
  constexpr std::size_t kMostDigits = 20;  // more than the 15 of ITU-T E.164, for extensions
  const std::string text = as_typed(given);
  if (text.empty()) return {};
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_digit));
  const bool is_written_so = std::string_view(text).substr(1).find('+') == std::string_view::npos &&
                             text.find_first_not_of("+0123456789 ()-./") == std::string::npos;
  if (!is_written_so || digits < kLeastDigits || digits > kMostDigits) {
    return wrong("invalid", "must be a telephone number of 5 to 20 digits, as +34 600 123 456");
  }
  return {text};
}

Reading read_date(const EntryField& field, const std::string& given) {
  const std::string text = as_typed(given);
  if (text.empty()) return {};
  const auto day = parse_date(text);
  if (!day) return wrong("invalid", "must be a date, as 2026-12-24");
  if (!is_within(field, *day)) {
    return wrong("out_of_range", "must be " + bounds_of(field, to_date_text));
  }
  return {text};
}

Reading read_choice(const EntryField& field, const std::string& given) {
  if (given.empty()) return {};
  const bool is_choice =
      std::any_of(field.choices.begin(), field.choices.end(),
                  [&](const FieldChoice& choice) { return choice.value == given; });
  if (!is_choice) return wrong("not_a_choice", "must be one of its options");
  return {given};
}

Reading within_bounds(const EntryField& field, Json number) {
  if (!is_within(field, number.get<double>())) {
    const auto write = [](double bound) { return to_text(bound); };
    return wrong("out_of_range", "must be " + bounds_of(field, write));
  }
  return {std::move(number)};
}

// A number as people type it: with a decimal point, or a decimal comma.
Reading read_typed_number(const EntryField& field, const std::string& given) {
  std::string text = as_typed(given);
  if (text.empty()) return {};
  std::replace(text.begin(), text.end(), ',', '.');
  if (text.starts_with("+-")) return wrong("invalid", "must be a number");
  const char* const first = text.data() + (text.front() == '+' ? 1 : 0);
  const char* const last = text.data() + text.size();
  std::int64_t whole = 0;
  if (const auto [end, error] = std::from_chars(first, last, whole);
      error == std::errc() && end == last) {
    return within_bounds(field, whole);
  }
  double number = 0;
  const auto [end, error] = std::from_chars(first, last, number, std::chars_format::fixed);
  if (error != std::errc() || end != last || !std::isfinite(number)) {
    return wrong("invalid", "must be a number");
  }
  return within_bounds(field, number);
}

// A box that is not ticked is not sent by a browser at all.
Reading read_ticked(const std::string& given) {
  const std::string word = to_lower_ascii(as_typed(given));
  for (const char* yes : {"on", "true", "1", "yes"}) {
    if (word == yes) return {true};
  }
  for (const char* no : {"", "off", "false", "0", "no"}) {
    if (word == no) return {false};
  }
  return wrong("wrong_type", "must be true or false");
}

bool is_truth(FieldType type) {
  return type == FieldType::checkbox || type == FieldType::consent;
}

Reading read_string(const EntryField& field, const std::string& given) {
  switch (field.type) {
    case FieldType::text:
    case FieldType::long_text:
      return read_text(field, given);
    case FieldType::number:
      return read_typed_number(field, given);
    case FieldType::date:
      return read_date(field, given);
    case FieldType::tel:
      return read_tel(given);
    case FieldType::select:
      return read_choice(field, given);
    case FieldType::checkbox:
    case FieldType::consent:
      return read_ticked(given);
  }
  return {};
}

Reading read_value(const EntryField& field, const Json& given, DataForm form) {
  if (form == DataForm::json) {
    if (is_truth(field.type)) {
      return given.is_boolean() ? Reading{given} : wrong("wrong_type", "must be true or false");
    }
    if (field.type == FieldType::number) {
      return given.is_number() ? within_bounds(field, given)
                               : wrong("wrong_type", "must be a number");
    }
  }
  const auto* text = given.get_ptr<const std::string*>();
  if (text == nullptr) {
    return wrong("wrong_type", given.is_array() && form == DataForm::form
                                   ? "is given more than once; give one"
                                   : "must be a string");
  }
  return read_string(field, *text);
}

}  // namespace

std::string_view to_text(FieldType type) {
  return enum_name(type);
}

std::optional<FieldType> parse_field_type(std::string_view text) {
  const auto& names = kEnumNames<FieldType>;
  const auto found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<FieldType>(found - names.begin());
}

std::size_t EntryField::most_characters() const {
  if (max_length) return static_cast<std::size_t>(*max_length);
  return type == FieldType::long_text ? kMaxPassage : kMaxPhrase;
}

FieldErrors read_entry_data(const std::vector<EntryField>& fields, const Json& given, DataForm form,
                            Json& data) {
  FieldErrors errors;
  data = Json::object();
  for (const EntryField& field : fields) {
    const std::string path = "data." + field.name;
    Reading reading;
    if (const auto found = given.find(field.name); found != given.end()) {
      reading = read_value(field, *found, form);
    }
    const bool is_given = !reading.value.is_null() && reading.value != false;
    if (!reading.code.empty()) {
      errors.push_back({path, std::move(reading.code), std::move(reading.detail)});
    } else if (field.is_required && !is_given) {
      errors.push_back({path, "required", is_truth(field.type) ? "must be true" : "is required"});
    } else if (!reading.value.is_null()) {
      data[field.name] = std::move(reading.value);
    }
  }
  for (const auto& [name, value] : given.items()) {
    const bool is_field =
        std::any_of(fields.begin(), fields.end(),
                    [&, &own = name](const EntryField& field) { return field.name == own; });
    if (!is_field) errors.push_back({"data." + name, "unknown_field", "is not a field of it"});
  }
  return errors;
}

std::optional<double> parse_date(std::string_view text) {
  // "2026-12-24": ten characters, of which only these two are no digits.
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) -> int {
    int value = -1;
    const char* const end = text.data() + at + size;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc() && read.ptr == end && value >= 0 ? value : -1;
  };
  const int year = part(0, 4);
  const int month = part(5, 2);
  const int day = part(8, 2);
  if (year < 1 || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
}

std::string to_date_text(double days) {
  const std::chrono::year_month_day date{
      std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text.data();
}

}  // namespace promotions
