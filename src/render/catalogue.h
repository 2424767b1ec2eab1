// The texts of one language, from templates/texts/TAG.toml. Private to render.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "promotions/domain/locale.h"

namespace promotions {

// Constant after construction.
class Catalogue {
 public:
  // Throws ConfigError if `toml` is not TOML, or has a value that is neither a text nor a list of
  // texts.
  Catalogue(std::string_view toml, const std::string& file);

  // The text at a path: "page.verified.title", "time.months.12" (lists count from 1),
  // "cities.Europe/London". Returns nullptr if there is none.
  const std::string* find(std::string_view path) const;

  const std::map<std::string, std::string, std::less<>>& all() const { return texts_; }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

// Thread-safe. A catalogue is read when its language is first needed, and kept until the process
// ends.
const Catalogue& catalogue(Locale locale);

// The text at `path`, or the one of the default language if this language has none (a test makes
// sure that all have the same texts). Throws std::logic_error if the default has none, either.
// Thread-safe.
const std::string& text_at(Locale locale, std::string_view path);

}  // namespace promotions
