// A text that an organiser gives once for all readers, or in several languages.
#pragma once

#include <map>
#include <string>

#include "promotions/domain/locale.h"

namespace promotions {

// Empty, or `plain`, or wordings by language; never both.
struct TranslatedText {
  std::string plain;
  // By the tag of the language; no wording is empty. The order is that of canonical JSON, so "the
  // first" means the same to anybody who reads the published terms.
  std::map<std::string, std::string, std::less<>> by_language{};

  bool empty() const { return plain.empty() && by_language.empty(); }

  // The wording for a reader: in the reader's language, else in the campaign's, else the first. The
  // reference is valid as long as this text.
  const std::string& in(Locale reader, Locale campaign) const;

  friend bool operator==(const TranslatedText&, const TranslatedText&) = default;
};

}  // namespace promotions
