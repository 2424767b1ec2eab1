#include "promotions/render/page_renderer.h"

#include <vector>

#include "render/builtin.h"
#include "render/on_demand.h"
#include "render/template.h"

namespace promotions {

namespace {

// For a template 0 is a value like any other, so a section over it would be shown.
void drop_zero(Json& context, const char* name) {
  const auto found = context.find(name);
  if (found != context.end() && *found == 0) context.erase(found);
}

}  // namespace

struct PageRenderer::Parsed {
  struct BuiltinPage {
    Template html;
    std::vector<std::string> counts;
  };
  std::vector<OnDemand<BuiltinPage>> pages{kPageNames.size() * locales().size()};

  const BuiltinPage& find(Page page, Locale locale) const {
    const auto index = static_cast<std::size_t>(page);
    return pages[index * locales().size() + locale.index()].get([&] {
      Filled filled = builtin_page(kPageNames.at(index), locale);
      return BuiltinPage{Template(filled.source), std::move(filled.counts)};
    });
  }
};

PageRenderer::PageRenderer() : parsed_(std::make_unique<Parsed>()) {
  // Fail at the start of the program, not with the first page, if a file is missing.
  for (const auto page : kPageNames) builtin_file(page_file(page));
}

PageRenderer::~PageRenderer() = default;

std::string PageRenderer::render(Page page, Locale locale, const Json& context,
                                 std::string_view style_href) const {
  Json full = context.is_object() ? context : Json::object();
  full["style_href"] = style_href;
  if (page == Page::draw) {
    drop_zero(full, "excluded");
    drop_zero(full, "disqualified");
    drop_zero(full, "unassigned");
  }
  const auto& builtin = parsed_->find(page, locale);
  add_plurals(full, builtin.counts, locale);
  return builtin.html.render(Values(full, Escaping::html));
}

std::string_view PageRenderer::style() const {
  return builtin_file(kPageStyle);
}

}  // namespace promotions
