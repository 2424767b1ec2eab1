// Converts the texts that translators write to Mustache. Private to render. Pure functions.
//
// A template refers to a text as {{> key}}. Texts contain values and sections like templates, and
// only the markup that docs/templates.md lists: *strong*, _name_, [words](value_with_a_link). A
// text with plural forms is a table: `count` names a number in the context, and the other members
// are the forms.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/json.h"
#include "promotions/domain/locale.h"

namespace promotions {

enum class Medium {
  plain,      // without markup; _names_ get quotation marks
  page,       // HTML
  mail_html,  // HTML; links have the class that mail/style.css styles
};

// A template whose texts are filled in.
struct Filled {
  std::string source;
  std::vector<std::string> counts;  // the numbers that choose plural forms in it
};

// Looks up {{> key}} in `section` of the catalogue ("page.verified") and then in "common". Throws
// std::logic_error if there is no such text.
Filled fill_texts(std::string_view source, Locale locale, std::string_view section, Medium medium);

// Adds to the context which plural form each number in `counts` takes. A missing number counts
// as 1.
void add_plurals(Json& context, const std::vector<std::string>& counts, Locale locale);

// Converts one text for a medium. Throws std::logic_error if a link has no target.
std::string to_mustache(std::string_view text, Locale locale, Medium medium);

}  // namespace promotions
