#include "promotions/render/page_renderer.h"

#include <vector>

#include "promotions/render/assets.h"
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

PageNeeds needs_of(Page page) {
  switch (page) {
    case Page::campaign:
    case Page::embed:
      return {.scripts = true, .images = true};
    default:
      // Any page may be the answer to a form in a frame, and then tells its height.
      return {.scripts = true};
  }
}

PageRenderer::PageRenderer() : parsed_(std::make_unique<Parsed>()) {
  // Fail at the start of the program, not with the first page, if a file is missing.
  for (const auto page : kPageNames) builtin_file(page_file(page));
  page_assets();
}

PageRenderer::~PageRenderer() = default;

std::string PageRenderer::render(Page page, Locale locale, const Json& context,
                                 std::string_view up) const {
  Json full = context.is_object() ? context : Json::object();
  full["up"] = up;
  full["has_scripts"] = needs_of(page).scripts;
  for (const PageAsset& asset : page_assets()) {
    full["assets"][std::string(asset.name)] = std::string(up) + asset.path.substr(1);
  }
  if (page == Page::draw) {
    drop_zero(full, "excluded");
    drop_zero(full, "disqualified");
    drop_zero(full, "unassigned");
  }
  const auto& builtin = parsed_->find(page, locale);
  add_plurals(full, builtin.counts, locale);
  return builtin.html.render(Values(full, Escaping::html));
}

}  // namespace promotions
