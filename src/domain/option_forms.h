// The kinds of values that options have. Each knows its bounds, its JSON and how it is written on
// the command line. Private to domain.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/option_form.h"
#include "promotions/domain/entry_field.h"

namespace promotions {

template <typename T>
using Form = std::unique_ptr<const OptionForm<T>>;

// ---- texts

// Lines and texts are stored in Normalization Form C.

// One line without control characters, of `least` to `most` bytes. It must contain something
// visible; if `least` is 0 it may also be empty.
Form<std::string> line_form(std::size_t least, std::size_t most);
// Any text of at most `most` bytes without NUL. Line ends become "\n".
Form<std::string> text_form(std::size_t most);
// The same, but the command line reads it from a file.
Form<std::string> text_file_form(std::size_t most);
Form<std::string> address_form();
Form<std::string> optional_address_form();
// The address of a document: is_https_address() (web_address.h), or empty.
Form<std::string> optional_https_form();
// "#rrggbb", stored in lower case; or empty.
Form<std::string> accent_form();
// 64 hexadecimal digits, stored in lower case; or empty.
Form<std::string> optional_sha256_form();
Form<std::string> locale_form();
Form<std::string> time_zone_form();

// ---- numbers, times, truth

Form<int> count_form(int least, int most);
Form<bool> flag_form();
// RFC 3339, or a local time of the campaign's zone; null: no time.
Form<std::optional<Time>> time_form();

// Includes both ends.
struct DurationRange {
  Millis least;
  Millis most;
  const char* example;  // as an organiser would write it
};
Form<Millis> duration_form(const DurationRange& range);
Form<std::optional<Millis>> optional_duration_form(const DurationRange& range);

// ---- lists

// Errors name each wrong element: "witnesses[3]".
Form<std::vector<std::string>> addresses_form(std::size_t most);
Form<std::vector<std::string>> exclusions_form(std::size_t most);
// Web origins, such as https://www.example.org: is_web_origin() (web_address.h).
Form<std::vector<std::string>> origins_form(std::size_t most);
// null, or at most `most` fields of a form.
Form<std::optional<std::vector<EntryField>>> fields_form(std::size_t most);
// At most `most` prizes, whose counts add up to at most `most_together`.
Form<std::vector<Prize>> prizes_form(std::size_t most, int most_together);

// ---- objects

Form<Beacon> beacon_form();
Form<MailTemplates> templates_form();

// ---- one of a few words

// "link or confirm", with `quotes` around each word.
std::string list_of_choices(const std::vector<std::string_view>& words, const char* quotes);

// An enumeration whose words come from to_text().
template <typename T>
class ChoiceForm final : public OptionForm<T> {
 public:
  explicit ChoiceForm(std::vector<T> choices) : choices_(std::move(choices)) {}

  void read(const GivenValue& given, T& value) const override {
    const std::string* text = given_text(given);
    if (text == nullptr) return;
    const auto choice = find(*text);
    if (!choice) {
      return given.wrong("out_of_range", "must be " + list_of_choices(words(), "\""));
    }
    value = *choice;
  }
  OrderedJson show(const T& value) const override { return to_text(value); }
  void restore(const OrderedJson& stored, T& value) const override {
    value = find(stored.get_ref<const std::string&>()).value();
  }
  std::string takes() const override { return list_of_choices(words(), ""); }

 private:
  std::vector<std::string_view> words() const {
    std::vector<std::string_view> words;
    for (const T choice : choices_) words.push_back(to_text(choice));
    return words;
  }
  std::optional<T> find(std::string_view text) const {
    for (const T choice : choices_) {
      if (to_text(choice) == text) return choice;
    }
    return std::nullopt;
  }

  const std::vector<T> choices_;
};

template <typename T>
Form<T> choice_form(std::vector<T> choices) {
  return std::make_unique<ChoiceForm<T>>(std::move(choices));
}

}  // namespace promotions
