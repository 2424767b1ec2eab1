#include "render/catalogue.h"

#include <stdexcept>
#include <variant>
#include <vector>

#include "promotions/base/errors.h"
#include "promotions/base/toml_text.h"
#include "render/builtin.h"
#include "render/on_demand.h"

namespace promotions {

Catalogue::Catalogue(std::string_view toml, const std::string& file) {
  for (TomlEntry& entry : parse_toml(toml, file)) {
    std::erase(entry.path, '"');  // names that are not bare keys, such as zones, are quoted
    if (auto* text = std::get_if<std::string>(&entry.value)) {
      texts_.emplace(std::move(entry.path), std::move(*text));
    } else if (auto* list = std::get_if<std::vector<std::string>>(&entry.value)) {
      for (std::size_t i = 0; i < list->size(); ++i) {
        texts_.emplace(entry.path + "." + std::to_string(i + 1), std::move((*list)[i]));
      }
    } else {
      throw ConfigError(file + ":" + std::to_string(entry.line) + ": " + entry.path +
                        " is not a text; expected one, or a list of texts");
    }
  }
}

const std::string* Catalogue::find(std::string_view path) const {
  const auto found = texts_.find(path);
  return found == texts_.end() ? nullptr : &found->second;
}

const Catalogue& catalogue(Locale locale) {
  static const std::vector<OnDemand<Catalogue>> all(locales().size());
  return all[locale.index()].get([&] {
    const std::string file = texts_file(locale);
    return Catalogue(builtin_file(file), file);
  });
}

const std::string& text_at(Locale locale, std::string_view path) {
  const std::string* text = catalogue(locale).find(path);
  if (text == nullptr) text = catalogue(Locale()).find(path);
  if (text == nullptr) throw std::logic_error("no text " + std::string(path));
  return *text;
}

}  // namespace promotions
