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
  // Throws ConfigError if `toml` is none, or holds what is neither text nor a list of texts.
  Catalogue(std::string_view toml, const std::string& file);

  // The text at a path: "page.verified.title", "time.months.12" (lists count from 1),
  // "cities.Europe/London". nullptr: there is none.
  const std::string* find(std::string_view path) const;

  const std::map<std::string, std::string, std::less<>>& all() const { return texts_; }

 private:
  std::map<std::string, std::string, std::less<>> texts_;
};

// Thread-safe. Read when a language is first asked for, and kept as long as the program.
const Catalogue& catalogue(Locale locale);

// The text at `path`, in Spanish where the language has none (a test sees to it that it has).
// Throws std::logic_error if Spanish has none, either.
const std::string& text_at(Locale locale, std::string_view path);

}  // namespace promotions
