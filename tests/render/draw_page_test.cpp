// What the pages of a draw say: each fact that someone checks it with, in each language.
#include <vector>

#include "promotions/render/page_renderer.h"
#include "render/builtin.h"
#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::count;
using promotions::testing::has;
using promotions::testing::kEnglish;
using promotions::testing::kSpanish;
using promotions::testing::kWorded;
using promotions::testing::page_context;

namespace {

constexpr std::string_view kHostile = "\"><script>alert('x')</script>{{root}}";
constexpr std::string_view kInert =
    "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;{{root}}";

std::string page(Page page, Locale locale, const Json& context) {
  static const PageRenderer renderer;
  return renderer.render(page, locale, context, "/style.css");
}

Json with_beacon(std::string_view kind) {
  Json context = page_context();
  context.erase("beacon_drand");
  if (kind == "beacon_none") {
    context["beacon_none"] = true;
    context["value"] = "";
  } else {
    context["beacon_public"] = {{"source", "Numbers of the lottery"}};
    context["value"] = "04231";
  }
  return context;
}

}  // namespace

TEST_CASE("draw page: holds every fact of the draw", "[render]") {
  const Json context = page_context();
  for (const Locale locale : locales()) {
    const std::string html = page(Page::draw, locale, context);
    for (const auto name :
         {"sealed_at", "drawn_at", "root", "commitment", "secret", "value", "seed"}) {
      CAPTURE(locale.tag(), name);
      CHECK(has(html, context.at(name).get<std::string>()));
    }
    for (const auto name : {"entrants", "excluded", "disqualified"}) {
      CAPTURE(locale.tag(), name);
      CHECK(has(html, "<dd>" + context.at(name).dump() + "</dd>"));
    }
    for (const auto name : {"seal_link", "transcript_link", "leaves_link"}) {
      CHECK(has(html, "href=\"" + context.at(name).get<std::string>() + "\""));
    }
    CHECK(has(html, "<dd>navidad</dd>"));
    CHECK(has(html, "<pre>promotions draw verify draw.json \\\n  --leaves leaves.txt\n</pre>"));
    CHECK(has(html, "<tr><td>1</td><td>911</td><td>w@example.org</td></tr>"));
    CHECK(has(html, "<tr><td>2</td><td>922</td><td>alt@example.org</td></tr>"));
  }
}

TEST_CASE("draw page: each randomness comes with what it is worth", "[render]") {
  for (const Locale locale : kWorded) {
    const bool spanish = locale == kSpanish;
    const std::string none = page(Page::draw, locale, with_beacon("beacon_none"));
    const std::string drand = page(Page::draw, locale, page_context());
    const std::string open = page(Page::draw, locale, with_beacon("beacon_public"));
    const auto only = [&](const std::string& mine, std::string_view text) {
      CAPTURE(locale.tag(), text);
      CHECK(count(none + drand + open, text) > 0);
      CHECK(count(none + drand + open, text) == count(mine, text));
    };
    only(none, spanish ? "lee la base de datos" : "reads the database");
    only(drand, "BLS");
    only(drand, "5550123");
    only(drand, std::string(64, 'e'));
    only(open, spanish ? "cualquiera puede consultarlo" : "everybody can look it up");
    only(open, "Numbers of the lottery");
    only(open, "<code>04231</code>");
  }
  Json context = page_context();
  context["beacon_drand"]["round_url"] = "https://drand.example/5550123";
  CHECK(has(page(Page::draw, kEnglish, context),
            "<a href=\"https://drand.example/5550123\">5550123</a>"));
}

TEST_CASE("draw page: before the draw it says what is waited for", "[render]") {
  for (const std::string_view beacon : {"beacon_none", "beacon_drand", "beacon_public"}) {
    Json context = beacon == "beacon_drand" ? page_context() : with_beacon(beacon);
    for (const auto name : {"drawn_at", "secret", "value", "seed", "winners", "alternates",
                            "transcript_link", "leaves_link"}) {
      context.erase(name);
    }
    context["drawn"] = false;
    for (const Locale locale : kWorded) {
      CAPTURE(beacon, locale.tag());
      const std::string html = page(Page::draw, locale, context);
      CHECK(has(html, locale == kSpanish ? "está sellada" : "is sealed"));
      CHECK_FALSE(has(html, "<table>"));
      CHECK_FALSE(has(html, "draw.json\""));
      CHECK(has(html, "href=\"/c/navidad/seal.json\""));
      CHECK(has(html, context.at("root").get<std::string>()));
      const bool spanish = locale == kSpanish;
      const std::string_view waited =
          beacon == "beacon_none"    ? (spanish ? "Se hace enseguida" : "It comes at once")
          : beacon == "beacon_drand" ? (spanish ? "la ronda 5550123" : "for round 5550123")
          : spanish                  ? "nadie conoce todavía: Numbers of the lottery"
                                     : "nobody knows yet: Numbers of the lottery";
      CHECK(has(html, waited));
    }
  }
}

TEST_CASE("draw page: says what became of who was drawn", "[render]") {
  Json context = page_context();
  context.erase("email");
  context.erase("reason");
  context["winners"] = Json::array(
      {{{"position", 1}, {"ticket", 5}, {"is_disqualified", true}, {"reason", "under age"}},
       {{"position", 2}, {"ticket", 6}, {"email", "w…"}, {"is_claimed", true}}});
  context["alternates"] =
      Json::array({{{"position", 3}, {"ticket", 7}, {"email", "a…"}, {"is_promoted", true}}});
  const std::string english = page(Page::draw, kEnglish, context);
  CHECK(has(english, "<td>5</td><td>(address erased)<small>No prize: under age</small></td>"));
  CHECK(has(english, "<td>6</td><td>w…<small>Prize claimed</small></td>"));
  CHECK(has(english, "<td>7</td><td>a…<small>Gets a prize that was left over</small></td>"));
  const std::string spanish = page(Page::draw, kSpanish, context);
  CHECK(has(spanish, "<td>5</td><td>(dirección borrada)<small>Sin premio: under age</small></td>"));
  CHECK(has(spanish, "<td>6</td><td>w…<small>Premio reclamado</small></td>"));
  CHECK(has(spanish, "<td>7</td><td>a…<small>Recibe un premio que quedó libre</small></td>"));
}

TEST_CASE("draw page: a count of none is not shown", "[render]") {
  Json context = page_context();
  const std::string all = page(Page::draw, kEnglish, context);
  context["excluded"] = context["disqualified"] = 0;
  const std::string none = page(Page::draw, kEnglish, context);
  for (const std::string_view label : {"exclusion list", "Disqualified"}) {
    CHECK(has(all, label));
    CHECK_FALSE(has(none, label));
  }
}

TEST_CASE("draw page: every value is escaped", "[render]") {
  const std::vector<std::string> places{"/campaign/slug",
                                        "/sealed_at",
                                        "/root",
                                        "/secret",
                                        "/value",
                                        "/beacon_drand/chain",
                                        "/drawn_at",
                                        "/winners/0/email",
                                        "/alternates/0/ticket",
                                        "/seal_link",
                                        "/proof_form_action",
                                        "/beacon_drand/round_url",
                                        "/excluded",
                                        "/verify_commands/0",
                                        "/beacon_drand/round",
                                        "/transcript_link"};
  for (const auto& place : places) {
    Json context = page_context();
    context[Json::json_pointer(place)] = kHostile;
    for (const Locale locale : locales()) {
      CAPTURE(place, locale.tag());
      const std::string html = page(Page::draw, locale, context);
      CHECK_FALSE(has(html, "<script"));
      CHECK(has(html, kInert));
    }
  }
}

TEST_CASE("draw page: a ticket is checked by a form that needs no script", "[render]") {
  for (const Locale locale : locales()) {
    const std::string html = page(Page::draw, locale, page_context());
    CHECK(has(html, "<form method=\"get\" action=\"/c/navidad/proof\">"));
    CHECK(has(html, "<input type=\"number\" id=\"ticket\" name=\"ticket\" min=\"1\" required>"));
    CHECK(count(html, "<input") == 1);
    CHECK(count(html, "<button type=\"submit\">") == 1);
  }
}

TEST_CASE("pages around a draw: each holds its facts", "[render]") {
  const Json context = page_context();
  for (const Locale locale : locales()) {
    CHECK(has(page(Page::draw_not_sealed, locale, context), "<code>" + std::string(64, 'c')));
    CHECK(has(page(Page::claimed, locale, context), "<dd>2</dd>"));
    CHECK(has(page(Page::claimed, locale, context), "<dd>1707</dd>"));
    const std::string confirm = page(Page::claim_confirm, locale, context);
    CHECK(has(confirm, "<form method=\"post\" action=\"/verify_subscriber\">"));
    CHECK(has(confirm, "<input type=\"hidden\" name=\"token\" value=\"AQAA_-x\">"));
    CHECK(count(confirm, "<button type=\"submit\">") == 1);
    CHECK(count(confirm, "<input") == 1);
  }
  CHECK(has(page(Page::already_claimed, kSpanish, context), "Ya habías reclamado"));
  CHECK(has(page(Page::already_claimed, kEnglish, context), "claimed your prize before"));
  CHECK(has(page(Page::claim_over, kSpanish, context), "ya no se puede reclamar"));
  CHECK(has(page(Page::claim_over, kEnglish, context), "no longer be claimed"));
}
