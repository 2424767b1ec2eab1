#include "promotions/render/phrases.h"

#include "render/catalogue.h"
#include "render/phrase_names.h"
#include "render/template.h"
#include "render/texts.h"

namespace promotions {

std::string phrase(Locale locale, Phrase phrase, const Json& values) {
  const std::string_view name = kPhraseNames.at(static_cast<std::size_t>(phrase)).name;
  const std::string& text = text_at(locale, "phrase." + std::string(name));
  if (text.find("{{") == std::string::npos) return text;
  // Parsed each time: what has values in it is asked for some few times in a campaign's life.
  return Template(to_mustache(text, locale, Medium::plain)).render(Values(values, Escaping::none));
}

}  // namespace promotions
