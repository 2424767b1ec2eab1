#include "promotions/render/page_renderer.h"

#include <atomic>
#include <regex>
#include <set>
#include <thread>
#include <vector>

#include "promotions/base/embedded.h"
#include "promotions/render/assets.h"
#include "render/builtin.h"
#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::count;
using promotions::testing::has;
using promotions::testing::kEnglish;
using promotions::testing::kSpanish;
using promotions::testing::page_context;

namespace {

constexpr std::string_view kUp = "../../";

// The page without the tags that load its own scripts and pictures.
std::string without_own_files(const std::string& html) {
  static const std::regex own(
      R"_(<(script src="../../assets/page-[0-9a-f]+.js" type="module"></script|img class="(hero|logo)" src="../../c/[^"]+"[^>]*)>)_");
  return std::regex_replace(html, own, "");
}

template <typename Check>
void for_each_page(Check check) {
  for (std::size_t page = 0; page < kPageNames.size(); ++page) {
    for (const Locale locale : locales()) {
      CAPTURE(kPageNames[page], locale.tag());
      check(static_cast<Page>(page), locale);
    }
  }
}

}  // namespace

TEST_CASE("page: each is a whole document that needs nothing from elsewhere", "[render]") {
  const PageRenderer renderer;
  for_each_page([&](Page page, Locale locale) {
    const std::string html = renderer.render(page, locale, page_context(), kUp);
    CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"" + std::string(locale.tag()) + "\">"));
    CHECK(html.ends_with("</html>\n"));
    for (const std::string_view forbidden :
         {"{{", "}}", "<script", "style=", "<style", "http://", "https://", " onclick", "<img"}) {
      CAPTURE(forbidden);
      CHECK_FALSE(has(without_own_files(html), forbidden));
    }
    for (const std::string_view wanted :
         {"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
          "<meta name=\"robots\" content=\"noindex\">",
          "<meta name=\"referrer\" content=\"no-referrer\">", "<main>", "</main>",
          "<link rel=\"stylesheet\" href=\"../../assets/style-", "Sorteo de Navidad"}) {
      CAPTURE(wanted);
      CHECK(has(html, wanted));
    }
    CHECK(count(html, "<h1>") == 1);
  });
}

TEST_CASE("page: every value is escaped", "[render]") {
  const PageRenderer renderer;
  const std::string hostile = "\"><script>alert('x')</script>{{token}}";
  const Json row = {{"position", 1}, {"ticket", 1}, {"email", hostile}};
  Json context = page_context();
  for (const char* name :
       {"email", "action", "token", "detail", "status", "title", "entrants", "finished_at"}) {
    context[name] = hostile;
  }
  context["campaign"]["name"] = hostile;
  context["winners"] = context["alternates"] = Json::array({row});
  for_each_page([&](Page page, Locale locale) {
    const std::string html = renderer.render(page, locale, context, kUp);
    CHECK_FALSE(has(without_own_files(html), "<script"));
    CHECK(has(html, "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;{{token}}"));
  });
}

TEST_CASE("page: reads well when nothing is known", "[render]") {
  const PageRenderer renderer;
  for_each_page([&](Page page, Locale locale) {
    const std::string html = renderer.render(page, locale, Json(), kUp);
    for (const std::string_view trace :
         {"<strong></strong>", "<p></p>", "<dd></dd>", "<td></td>", "<code></code>", "href=\"\"",
          "·", "()", "null", " .<", ": ."}) {
      CAPTURE(trace);
      CHECK_FALSE(has(html, trace));
    }
  });
}

TEST_CASE("confirm page: one button posts the token", "[render]") {
  const PageRenderer renderer;
  for (const Locale locale : locales()) {
    const std::string html = renderer.render(Page::confirm, locale, page_context(), kUp);
    CHECK(has(html, "<form method=\"post\" action=\"/verify_subscriber\">"));
    CHECK(has(html, "<input type=\"hidden\" name=\"token\" value=\"AQAA_-x\">"));
    CHECK(count(html, "<button type=\"submit\">") == 1);
    CHECK(count(html, "<input") == 1);
  }
}

TEST_CASE("page: only those that ask have a form, and what each is for is in it", "[render]") {
  const PageRenderer renderer;
  const auto render = [&](Page page) {
    return renderer.render(page, kSpanish, page_context(), kUp);
  };
  for_each_page([&](Page page, Locale) {
    const bool asks = page == Page::confirm || page == Page::claim_confirm || page == Page::draw ||
                      page == Page::proof || page == Page::campaign || page == Page::embed ||
                      page == Page::withdraw_confirm;
    CHECK(has(render(page), "<form") == asks);
  });
  CHECK(has(render(Page::pending_verification), "ana@example.org"));
  CHECK(has(render(Page::already_registered), "ana@example.org"));
  CHECK(has(render(Page::invalid_input), "Falta el dato «campaign»."));
  CHECK(has(render(Page::invalid_input), "El dato «data» no tiene la forma que debería."));
  CHECK(has(render(Page::error), "503"));
  for (const std::string_view value :
       {"4321", "24/12/2026 12:00", "911", "w@example.org", "922", "alt@example.org"}) {
    CHECK(has(render(Page::finished), value));
  }
}

TEST_CASE("page style: knows light and dark and loads nothing", "[render]") {
  const std::string style = page_asset("style").bytes;
  CHECK(has(style, "prefers-color-scheme:dark"));
  CHECK_FALSE(has(style, "url("));
  CHECK_FALSE(has(style, "@import"));
  CHECK(count(style, "{") == count(style, "}"));
}

TEST_CASE("page style: prints black on white, and nothing to press", "[render]") {
  const std::string style = page_asset("style").bytes;
  const auto print = style.find("@media print");
  REQUIRE(print != std::string::npos);
  CHECK(print > style.find("prefers-color-scheme:dark"));  // so that it overrides the dark
  for (const std::string_view rule :
       {"size:A4", "--card:#ffffff", "--text:#000000", "form{display:none;}"}) {
    CAPTURE(rule);
    CHECK(has(style.substr(print), rule));
  }
}

TEST_CASE("page: many threads render with one renderer", "[render]") {
  const PageRenderer renderer;
  const std::string expected = renderer.render(Page::finished, kEnglish, page_context(), kUp);
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        if (renderer.render(Page::finished, kEnglish, page_context(), kUp) != expected) ++wrong;
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("templates: every file is used, and every file used is there", "[render]") {
  std::set<std::string> used{std::string(kMailLayout), std::string(kMailStyle),
                             std::string(kMailFootText), std::string(kMailFootHtml),
                             std::string(kPageLayout)};
  for (const auto part : kPageParts) used.insert(part_file(part));
  for (const auto file : asset_files()) used.insert(std::string(file));
  for (const Locale locale : locales()) used.insert(texts_file(locale));
  for (const auto page : kPageNames) used.insert(page_file(page));
  for (const auto kind : kMailKinds) {
    for (const auto part : {"subject", "text", "html"}) used.insert(mail_file(kind, part));
  }
  std::set<std::string> embedded;
  for (const auto& file : embedded_templates()) embedded.insert(std::string(file.path));
  CHECK(embedded == used);
}
