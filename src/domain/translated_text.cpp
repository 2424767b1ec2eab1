#include "promotions/domain/translated_text.h"

namespace promotions {

const std::string& TranslatedText::in(Locale reader, Locale campaign) const {
  for (const Locale locale : {reader, campaign}) {
    const auto found = by_language.find(locale.tag());
    if (found != by_language.end()) return found->second;
  }
  return by_language.empty() ? plain : by_language.begin()->second;
}

}  // namespace promotions
