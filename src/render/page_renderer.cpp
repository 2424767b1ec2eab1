#include "promotions/render/page_renderer.h"

#include <vector>

#include "render/builtin.h"
#include "render/template.h"

namespace promotions {

namespace {

// To a template 0 is a value like any other.
void drop_zero(Json& context, const char* name) {
  const auto found = context.find(name);
  if (found != context.end() && *found == 0) context.erase(found);
}

}  // namespace

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
  if (page == Page::draw) {
    drop_zero(full, "excluded");
    drop_zero(full, "disqualified");
  }
  const std::size_t index = static_cast<std::size_t>(page) * kLocales.size() + locale_index(locale);
  return parsed_->pages[index].render(Values(full, Escaping::html));
}

std::string_view PageRenderer::style() const {
  return builtin_file(kPageStyle);
}

}  // namespace promotions
