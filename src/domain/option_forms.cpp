#include "domain/option_forms.h"

#include <array>
#include <cstdio>
#include <utility>

#include "domain/written_text.h"
#include "promotions/base/normal_form.h"
#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/accent.h"
#include "promotions/domain/email_address.h"
#include "promotions/domain/locale.h"

namespace promotions {

void GivenValue::wrong(std::string code, std::string detail) const {
  errors.push_back({field, std::move(code), std::move(detail)});
}

void GivenValue::wrong(const std::string& inside, std::string code, std::string detail) const {
  errors.push_back({field + inside, std::move(code), std::move(detail)});
}

const std::string* given_text(const GivenValue& given) {
  const auto* text = given.json.get_ptr<const std::string*>();
  if (text == nullptr) given.wrong("wrong_type", "must be a string");
  return text;
}

namespace {

// Names the first code point that Unicode has not assigned: "U+0378". Empty if all are assigned.
std::string first_unassigned(std::string_view text) {
  while (!text.empty()) {
    std::string_view rest = text;
    const char32_t code_point = take_code_point(rest);
    if (has_unassigned(text.substr(0, text.size() - rest.size()))) {
      std::array<char, 16> name{};
      std::snprintf(name.data(), name.size(), "U+%04X", static_cast<unsigned>(code_point));
      return name.data();
    }
    text = rest;
  }
  return {};
}

}  // namespace

std::optional<std::string> given_normal_text(const GivenValue& given) {
  const std::string* text = given_text(given);
  if (text == nullptr) return std::nullopt;
  if (const std::string unknown = first_unassigned(*text); !unknown.empty()) {
    given.wrong("invalid",
                "has the character " + unknown + ", which Unicode has not assigned; leave it out");
    return std::nullopt;
  }
  return to_nfc(*text);
}

std::string list_of_choices(const std::vector<std::string_view>& words, const char* quotes) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 < words.size() ? ", " : " or ";
    list.append(quotes).append(words[i]).append(quotes);
  }
  return list;
}

namespace {

// Hashes of texts are published, so the same text must always be the same bytes. Earlier programs
// stored texts as they came; those are normalised when they are read.
class NormalTextForm : public PlainForm<std::string> {
 public:
  void restore(const OrderedJson& stored, std::string& value) const override {
    value = to_nfc(stored.get_ref<const std::string&>());
  }
};

class LineForm final : public NormalTextForm {
 public:
  LineForm(std::size_t least, std::size_t most) : least_(least), most_(most) {}

  void read(const GivenValue& given, std::string& value) const override {
    auto text = given_normal_text(given);
    if (!text) return;
    const bool shows_something = text->empty() || !is_blank(*text);
    if (!shows_something || text->size() < least_ || text->size() > most_ || !is_one_line(*text)) {
      return given.wrong("out_of_range", "must be " + takes());
    }
    value = *std::move(text);
  }
  std::string takes() const override {
    return "one line of " + std::to_string(least_) + " to " + std::to_string(most_) +
           " bytes, without control characters";
  }

 private:
  const std::size_t least_;
  const std::size_t most_;
};

class TextForm final : public NormalTextForm {
 public:
  TextForm(std::size_t most, CommandForm::Kind kind) : most_(most), kind_(kind) {}

  void read(const GivenValue& given, std::string& value) const override {
    const auto normal = given_normal_text(given);
    if (!normal) return;
    std::string text = with_unix_line_ends(*normal);
    if (text.size() > most_ || text.find('\0') != std::string::npos) {
      return given.wrong("out_of_range", "must be " + takes());
    }
    value = std::move(text);
  }
  std::string takes() const override { return "at most " + std::to_string(most_) + " bytes"; }
  CommandForm command_form() const override { return {kind_}; }

 private:
  const std::size_t most_;
  const CommandForm::Kind kind_;
};

class AddressForm final : public PlainForm<std::string> {
 public:
  explicit AddressForm(bool may_be_empty) : may_be_empty_(may_be_empty) {}

  void read(const GivenValue& given, std::string& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    if (may_be_empty_ && text->empty()) return value.clear();
    const auto email = EmailAddress::parse(*text);
    if (!email) return given.wrong("invalid", "must be " + takes());
    value = email->text();
  }
  std::string takes() const override {
    return may_be_empty_ ? "an e-mail address, or empty" : "an e-mail address";
  }

 private:
  const bool may_be_empty_;
};

class AccentForm final : public PlainForm<std::string> {
 public:
  void read(const GivenValue& given, std::string& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    if (text->empty()) return value.clear();
    const auto color = parse_color(*text);
    if (!color) return given.wrong("invalid", "must be " + takes());
    value = to_text(*color);
  }
  std::string takes() const override { return "a colour as #1c57d1, or empty"; }
};

class LocaleForm final : public PlainForm<std::string> {
 public:
  void read(const GivenValue& given, std::string& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    if (!Locale::find(*text)) return given.wrong("out_of_range", "must be " + takes());
    value = *text;
  }
  std::string takes() const override { return locale_choices(); }
};

class TimeZoneForm final : public PlainForm<std::string> {
 public:
  void read(const GivenValue& given, std::string& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    if (!is_time_zone(*text)) return given.wrong("out_of_range", "must be " + takes());
    value = *text;
  }
  std::string takes() const override { return "an IANA time zone, as Europe/Madrid"; }
};

class CountForm final : public PlainForm<int> {
 public:
  CountForm(int least, int most) : least_(least), most_(most) {}

  void read(const GivenValue& given, int& value) const override {
    const Json& json = given.json;
    if (!json.is_number_integer()) return given.wrong("wrong_type", "must be a whole number");
    // Comparing as Json is safe: an unsigned value beyond int64 does not turn negative.
    if (json < least_ || json > most_) return given.wrong("out_of_range", "must be " + takes());
    value = json.get<int>();
  }
  std::string takes() const override {
    return std::to_string(least_) + " to " + std::to_string(most_);
  }
  CommandForm command_form() const override { return {CommandForm::Kind::number, least_, most_}; }

 private:
  const int least_;
  const int most_;
};

class FlagForm final : public PlainForm<bool> {
 public:
  void read(const GivenValue& given, bool& value) const override {
    if (!given.json.is_boolean()) return given.wrong("wrong_type", "must be " + takes());
    value = given.json.get<bool>();
  }
  std::string takes() const override { return "true or false"; }
  CommandForm command_form() const override { return {CommandForm::Kind::flags}; }
};

Millis stored_millis(const OrderedJson& stored) {
  return Millis{stored.get<std::int64_t>()};
}

std::string expected_time(const std::string& zone) {
  return "a time, as 2026-12-24T18:00:00Z or, in " + zone + ", 2026-12-24 18:00, or null";
}

class TimeForm final : public OptionForm<std::optional<Time>> {
 public:
  void read(const GivenValue& given, std::optional<Time>& value) const override {
    if (given.json.is_null()) return value.reset();
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    const std::string& zone = given.time_zone;
    const TimeReading reading = read_time_text(*text, zone);
    const std::string choices =
        "; write " + reading.choices[0] + " or " + reading.choices[1] + ", whichever is meant";
    switch (reading.outcome) {
      case TimeReading::Outcome::read:
        value = reading.time;
        return;
      case TimeReading::Outcome::not_a_time:
        return given.wrong("invalid", "must be " + expected_time(zone));
      case TimeReading::Outcome::out_of_range:
        return given.wrong("out_of_range", "must lie in the years 1970 to 9999, in UTC");
      case TimeReading::Outcome::skipped:
        return given.wrong("skipped_time",
                           "does not exist: the clock in " + zone + " skips it" + choices);
      case TimeReading::Outcome::repeated:
        return given.wrong("repeated_time",
                           "comes twice: the clock in " + zone + " goes back over it" + choices);
    }
  }
  OrderedJson show(const std::optional<Time>& value) const override {
    return value ? OrderedJson(to_rfc3339(*value)) : OrderedJson(nullptr);
  }
  OrderedJson store(const std::optional<Time>& value) const override {
    return value ? OrderedJson(value->time_since_epoch().count()) : OrderedJson(nullptr);
  }
  void restore(const OrderedJson& stored, std::optional<Time>& value) const override {
    value.reset();
    if (!stored.is_null()) value = Time{stored_millis(stored)};
  }
  std::string takes() const override { return expected_time("its zone"); }
  CommandForm command_form() const override { return {CommandForm::Kind::text_or_null}; }
};

// Notes an error and returns nullopt if the given value is not a duration within the range.
std::optional<Millis> given_duration(const GivenValue& given, const DurationRange& range,
                                     const std::string& expected) {
  const std::string* text = given_text(given);
  if (text == nullptr) return std::nullopt;
  const auto duration = parse_duration(*text);
  if (duration && *duration >= range.least && *duration <= range.most) return duration;
  given.wrong("out_of_range", "must be " + expected);
  return std::nullopt;
}

std::string expected_duration(const DurationRange& range) {
  return "a duration of " + to_duration_text(range.least) + " to " + to_duration_text(range.most) +
         ", as " + range.example;
}

class DurationForm final : public OptionForm<Millis> {
 public:
  explicit DurationForm(const DurationRange& range) : range_(range) {}

  void read(const GivenValue& given, Millis& value) const override {
    if (const auto duration = given_duration(given, range_, takes())) value = *duration;
  }
  OrderedJson show(const Millis& value) const override { return to_duration_text(value); }
  OrderedJson store(const Millis& value) const override { return value.count(); }
  void restore(const OrderedJson& stored, Millis& value) const override {
    value = stored_millis(stored);
  }
  std::string takes() const override { return expected_duration(range_); }

 private:
  const DurationRange range_;
};

class OptionalDurationForm final : public OptionForm<std::optional<Millis>> {
 public:
  explicit OptionalDurationForm(const DurationRange& range) : range_(range) {}

  void read(const GivenValue& given, std::optional<Millis>& value) const override {
    if (given.json.is_null()) return value.reset();
    if (const auto duration = given_duration(given, range_, takes())) value = duration;
  }
  OrderedJson show(const std::optional<Millis>& value) const override {
    return value ? OrderedJson(to_duration_text(*value)) : OrderedJson(nullptr);
  }
  OrderedJson store(const std::optional<Millis>& value) const override {
    return value ? OrderedJson(value->count()) : OrderedJson(nullptr);
  }
  void restore(const OrderedJson& stored, std::optional<Millis>& value) const override {
    value.reset();
    if (!stored.is_null()) value = stored_millis(stored);
  }
  std::string takes() const override { return expected_duration(range_) + ", or null"; }
  CommandForm command_form() const override { return {CommandForm::Kind::text_or_null}; }

 private:
  const DurationRange range_;
};

}  // namespace

Form<std::string> line_form(std::size_t least, std::size_t most) {
  return std::make_unique<LineForm>(least, most);
}

Form<std::string> text_form(std::size_t most) {
  return std::make_unique<TextForm>(most, CommandForm::Kind::text);
}

Form<std::string> text_file_form(std::size_t most) {
  return std::make_unique<TextForm>(most, CommandForm::Kind::text_file);
}

Form<std::string> address_form() {
  return std::make_unique<AddressForm>(false);
}

Form<std::string> optional_address_form() {
  return std::make_unique<AddressForm>(true);
}

Form<std::string> accent_form() {
  return std::make_unique<AccentForm>();
}

Form<std::string> locale_form() {
  return std::make_unique<LocaleForm>();
}

Form<std::string> time_zone_form() {
  return std::make_unique<TimeZoneForm>();
}

Form<int> count_form(int least, int most) {
  return std::make_unique<CountForm>(least, most);
}

Form<bool> flag_form() {
  return std::make_unique<FlagForm>();
}

Form<std::optional<Time>> time_form() {
  return std::make_unique<TimeForm>();
}

Form<Millis> duration_form(const DurationRange& range) {
  return std::make_unique<DurationForm>(range);
}

Form<std::optional<Millis>> optional_duration_form(const DurationRange& range) {
  return std::make_unique<OptionalDurationForm>(range);
}

}  // namespace promotions
