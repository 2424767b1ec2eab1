// The form of a text that is a string, or a string for each of some languages. Private to domain.
#pragma once

#include <cstddef>

#include "domain/option_forms.h"
#include "promotions/domain/translated_text.h"

namespace promotions {

// Each wording is read by `wording`. An object must have a language at least, and no others than
// ours.
Form<TranslatedText> translated_form(Form<std::string> wording);

// Texts of `least` to `most` characters, that is Unicode code points. A phrase is one line; a
// passage may have several, whose ends become "\n". White space at the ends is dropped.
Form<std::string> phrase_form(std::size_t least, std::size_t most);
Form<std::string> passage_form(std::size_t least, std::size_t most);

// The same form for a part of what was given: `inside` is ".name" or "[3]".
template <typename T>
void read_part(const GivenValue& given, const std::string& inside, const Json& json,
               const OptionForm<T>& form, T& value) {
  const std::string field = given.field + inside;
  form.read({field, json, given.time_zone, given.templates, given.errors}, value);
}

}  // namespace promotions
