// From texts as translators write them to Mustache. Private to render.
//
// A template names a text as {{> key}}. Texts hold values and sections as templates do, and of
// markup only what docs/templates.md lists: *strong*, _name_, [words](value_with_a_link). A text
// with plural forms is a table: `count` names the number in the context, the others are the forms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

enum class Medium {
  plain,      // without markup; the name of a thing stands in quotation marks
  page,       // HTML
  mail_html,  // HTML; links have the class that mail/style.css gives a look
};

// A template whose texts are filled in.
struct Filled {
  std::string source;
  std::vector<std::string> counts;  // the numbers that choose plural forms in it
};

// Looks up {{> key}} in `section` of the catalogue ("page.verified") and then in "common". Throws
// std::logic_error if there is no such text.
Filled fill_texts(std::string_view source, Locale locale, std::string_view section, Medium medium);

// What the plural forms of `counts` need beside them in a context. A number that is not there
// counts as one.
void add_plurals(Json& context, const std::vector<std::string>& counts, Locale locale);

// One text in the notation of its medium.
std::string to_mustache(std::string_view text, Locale locale, Medium medium);

}  // namespace promotions
