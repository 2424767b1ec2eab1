#include "promotions/render/phrases.h"

#include "promotions/base/enum_names.h"
#include "render/catalogue.h"
#include "render/template.h"
#include "render/texts.h"

namespace promotions {

std::string phrase(Locale locale, Phrase phrase, const Json& values) {
  const std::string& text = text_at(locale, "phrase." + std::string(enum_name(phrase)));
  if (text.find("{{") == std::string::npos) return text;
  // Parsed each time: phrases with values are only needed a few times in a campaign's life.
  return Template(to_mustache(text, locale, Medium::plain)).render(Values(values, Escaping::none));
}

}  // namespace promotions
