#include "domain/translated_form.h"

#include "domain/written_text.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/locale.h"

namespace promotions {
namespace {

class TranslatedForm final : public OptionForm<TranslatedText> {
 public:
  explicit TranslatedForm(Form<std::string> wording) : wording_(std::move(wording)) {}

  void read(const GivenValue& given, TranslatedText& value) const override {
    TranslatedText text;
    const std::size_t before = given.errors.size();
    if (given.json.is_string()) {
      wording_->read(given, text.plain);
    } else if (!given.json.is_object()) {
      given.wrong("wrong_type", "must be a string, or an object of strings by language");
    } else if (given.json.empty()) {
      given.wrong("out_of_range", "must have a language at least: " + locale_choices());
    } else {
      read_languages(given, text);
    }
    if (given.errors.size() == before) value = std::move(text);
  }
  OrderedJson show(const TranslatedText& value) const override {
    if (value.by_language.empty()) return value.plain;
    return value.by_language;
  }
  void restore(const OrderedJson& stored, TranslatedText& value) const override {
    value = {};
    if (stored.is_object()) {
      stored.get_to(value.by_language);
    } else {
      stored.get_to(value.plain);
    }
  }
  std::string takes() const override { return wording_->takes() + ", or one for each language"; }

 private:
  void read_languages(const GivenValue& given, TranslatedText& text) const {
    for (const auto& [language, json] : given.json.items()) {
      if (Locale::find(language)) {
        read_part(given, "." + language, json, *wording_, text.by_language[language]);
      } else {
        given.wrong("." + language, "unknown_field", "must be a language: " + locale_choices());
      }
    }
  }

  const Form<std::string> wording_;
};

class CharactersForm final : public PlainForm<std::string> {
 public:
  CharactersForm(std::size_t least, std::size_t most, Lines lines)
      : least_(least), most_(most), lines_(lines) {}

  void read(const GivenValue& given, std::string& value) const override {
    const auto normal = given_normal_text(given);
    if (!normal) return;
    auto text = written_text(*normal, lines_);
    if (!text || count_characters(*text) < least_ || count_characters(*text) > most_) {
      return given.wrong("out_of_range", "must be " + takes());
    }
    value = *std::move(text);
  }
  std::string takes() const override {
    return std::string(lines_ == Lines::one ? "one line of " : "a text of ") +
           std::to_string(least_) + " to " + std::to_string(most_) +
           " characters, without control characters";
  }

 private:
  const std::size_t least_;
  const std::size_t most_;
  const Lines lines_;
};

}  // namespace

Form<TranslatedText> translated_form(Form<std::string> wording) {
  return std::make_unique<TranslatedForm>(std::move(wording));
}

Form<std::string> phrase_form(std::size_t least, std::size_t most) {
  return std::make_unique<CharactersForm>(least, most, Lines::one);
}

Form<std::string> passage_form(std::size_t least, std::size_t most) {
  return std::make_unique<CharactersForm>(least, most, Lines::several);
}

}  // namespace promotions
