#include "promotions/render/page_renderer.h"

#include <vector>

#include "render/builtin.h"
#include "render/template.h"

namespace promotions {

struct PageRenderer::Parsed {
  std::vector<Template> pages;  // kPageNames × kLocales
};

PageRenderer::PageRenderer() : parsed_(std::make_unique<Parsed>()) {
  for (const auto page : kPageNames) {
    for (const auto locale : kLocales) {
      parsed_->pages.emplace_back(builtin_page(page, locale));
    }
  }
}

PageRenderer::~PageRenderer() = default;

std::string PageRenderer::render(Page page, std::string_view locale, const Json& context,
                                 std::string_view style_href) const {
  Json full = context.is_object() ? context : Json::object();
  full["style_href"] = style_href;
  const std::size_t index = static_cast<std::size_t>(page) * kLocales.size() + locale_index(locale);
  return parsed_->pages[index].render(Values(full, Escaping::html));
}

std::string_view PageRenderer::style() const {
  return builtin_file(kPageStyle);
}

}  // namespace promotions
