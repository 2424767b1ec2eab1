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
  return renderer.render(page, locale, context, "");
}

Json with_beacon(std::string_view kind) {
  Json context = page_context();
  context.erase("beacon_drand");
  if (kind == "beacon_none") {
    context["beacon_none"] = true;
    context["value"] = "";
  } else {
    context["beacon_public"] = {{"source", "Numbers of the lottery"},
                                {"at", "24/12/2026 12:00 (Europe/Madrid)"}};
    context["value"] = "04231";
  }
  return context;
}

Json before_the_draw(Json context) {
  for (const auto name : {"drawn_at", "secret", "value", "seed", "holders", "waiting",
                          "has_waiting", "changes", "transcript_link", "verify_commands"}) {
    context.erase(name);
  }
  context["drawn"] = false;
  return context;
}

}  // namespace

TEST_CASE("draw page: holds every fact of the draw, and each fingerprint once", "[render]") {
  const Json context = page_context();
  for (const Locale locale : locales()) {
    const std::string html = page(Page::draw, locale, context);
    for (const auto name : {"sealed_at", "stopped_at", "drawn_at"}) {
      CAPTURE(locale.tag(), name);
      CHECK(count(html, context.at(name).get<std::string>()) == 1);
    }
    for (const auto name :
         {"root", "commitment", "seal_hash", "secret", "value", "seed", "script_hash"}) {
      CAPTURE(locale.tag(), name);
      CHECK(count(html, context.at(name).get<std::string>()) == 1);
    }
    for (const auto name : {"excluded", "disqualified"}) {
      CHECK(has(html, "<dd>" + context.at(name).dump() + "</dd>"));
    }
    for (const auto name : {"seal_link", "transcript_link", "leaves_link", "terms_link"}) {
      CHECK(has(html, "href=\"" + context.at(name).get<std::string>() + "\""));
    }
    CHECK(has(html, "4321"));
    CHECK(has(html, "<pre>promotions draw verify draw.json \\\n  --leaves leaves.txt</pre>"));
    CHECK(has(html, "911</strong><br>w•••@e•••.org<small>"));
    CHECK(has(html, "<tr><td>922</td><td>a•••@e•••.org</td></tr>"));
  }
}

TEST_CASE("draw page: says what was promised, with its fingerprint", "[render]") {
  const Json promises = page_context().at("promises");
  for (const Page which : {Page::draw, Page::draw_not_sealed}) {
    for (const Locale locale : locales()) {
      const std::string html = page(which, locale, page_context());
      for (const auto& [name, value] : promises.items()) {
        CAPTURE(locale.tag(), name);
        CHECK(has(html, value.is_string() ? value.get<std::string>() : value.dump()));
      }
      CHECK(count(html, promises.at("hash").get<std::string>()) == 1);
    }
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
    only(open, spanish ? "cualquiera puede consultarlo" : "everybody can look it up");
    only(open, "Numbers of the lottery");
    only(open, "<code>04231</code>");
  }
  Json context = page_context();
  context["beacon_drand"]["round_url"] = "https://drand.example/5550123";
  CHECK(has(page(Page::draw, kEnglish, context),
            "<a href=\"https://drand.example/5550123\">5550123</a>"));
}

TEST_CASE("draw page: before the draw it says what is waited for and until when, and no more",
          "[render]") {
  for (const std::string_view beacon : {"beacon_none", "beacon_drand", "beacon_public"}) {
    const Json context =
        before_the_draw(beacon == "beacon_drand" ? page_context() : with_beacon(beacon));
    for (const Locale locale : kWorded) {
      CAPTURE(beacon, locale.tag());
      const bool spanish = locale == kSpanish;
      const std::string html = page(Page::draw, locale, context);
      CHECK(has(html, spanish ? "está sellada" : "is sealed"));
      CHECK_FALSE(has(html, "<table"));
      CHECK_FALSE(has(html, "draw.json\""));
      CHECK(has(html, "href=\"/c/navidad/seal.json\""));
      CHECK(has(html, context.at("root").get<std::string>()));
      CHECK(has(html, "<dd>4321</dd>"));
      const std::string_view waited =
          beacon == "beacon_none"    ? (spanish ? "Se hace enseguida" : "It comes at once")
          : beacon == "beacon_drand" ? (spanish ? "la ronda 5550123" : "for round 5550123")
                                     : "Numbers of the lottery";
      CHECK(has(html, waited));
      if (beacon != "beacon_none") CHECK(has(html, "<strong>24/12/2026 12:00 (Europe/Madrid)"));
      for (const std::string_view past :
           {"vino de fuera", "came from outside", "se reveló", "was revealed"}) {
        CHECK_FALSE(has(html, past));
      }
    }
  }
}

TEST_CASE("draw page: before the seal it says what will happen, and what is fixed already",
          "[render]") {
  for (const std::string_view beacon : {"beacon_none", "beacon_drand", "beacon_public"}) {
    Json context = before_the_draw(beacon == "beacon_drand" ? page_context() : with_beacon(beacon));
    for (const Locale locale : kWorded) {
      const bool spanish = locale == kSpanish;
      const std::string open = page(Page::draw_not_sealed, locale, context);
      CHECK(has(open, "<code>" + context.at("commitment").get<std::string>()));
      CHECK(has(open, spanish ? "Cuando termine la inscripción" : "When sign-up ends"));
      CHECK(has(open, beacon == "beacon_none"    ? (spanish ? "de fuera" : "from outside")
                      : beacon == "beacon_drand" ? "drand"
                                                 : "Numbers of the lottery"));
      for (const auto later : {"root", "seal_hash"}) {
        CHECK_FALSE(has(open, context.at(later).get<std::string>()));
      }
      Json ended = context;
      ended["closed"] = true;
      CHECK(has(page(Page::draw_not_sealed, locale, ended),
                spanish ? "La inscripción ha terminado" : "Sign-up has ended"));
      ended["closed"] = false;
      ended["stopped"] = true;
      CHECK(has(page(Page::draw_not_sealed, locale, ended),
                spanish ? "se está sellando" : "is being sealed"));
    }
  }
}

TEST_CASE("draw page: says in words what became of each prize", "[render]") {
  Json context = page_context();
  const auto holder = [](int place, const char* state) {
    return Json{
        {"place", place}, {"prize", ""}, {"ticket", place + 4}, {"email", "w…"}, {state, true}};
  };
  context["holders"] = {holder(1, "is_pending"), holder(2, "is_notified"),
                        holder(3, "is_unreachable"), holder(4, "is_claimed"),
                        Json{{"place", 5}, {"prize", "Mug"}, {"is_free", true}}};
  context["holders"][3]["email"] = "";
  const auto change = [](const char* kind) {
    return Json{{"at", "then"},        {"ticket", 5},        {"reason", "under age"},
                {"promoted", nullptr}, {"to_nobody", false}, {kind, true}};
  };
  context["changes"] = {change("is_disqualified"), change("is_unclaimed"), change("is_unreachable"),
                        change("is_withdrawn")};
  context["changes"][0]["promoted"] = 9;
  context["changes"][1]["to_nobody"] = true;
  context["has_changes"] = true;
  context["unassigned"] = 2;
  const std::string english = page(Page::draw, kEnglish, context);
  for (const std::string_view words :
       {"<td role=\"cell\">Prize 1</td><td role=\"cell\"><strong>Ticket "
        "5</strong><br>w…<small>Still to be told by "
        "mail</small>",
        "<td role=\"cell\">Prize 2</td><td role=\"cell\"><strong>Ticket "
        "6</strong><br>w…<small>Told by mail</small>",
        "<br>w…<small>The mail did not arrive</small>",
        "<br>(address erased)<small>Prize accepted</small>",
        "<td role=\"cell\">Mug</td><td role=\"cell\">Nobody: no alternate is left</td>",
        "disqualified ticket <strong>5</strong>. Reason: under age<br>The prize went to ticket "
        "<strong>9</strong>.<small>then</small>",
        "was not accepted in time.<br>No alternate was left: the prize went to nobody.<small>",
        "could not be reached.<small>", "withdrew from the raffle.<small>",
        "2 prizes go to nobody"}) {
    CAPTURE(words);
    CHECK(has(english, words));
  }
  CHECK(count(english, "under age") == 1);
  const std::string spanish = page(Page::draw, kSpanish, context);
  for (const std::string_view words :
       {"Falta avisar por correo", "Avisado por correo", "El correo no ha llegado",
        "(dirección borrada)<small>Premio aceptado", "Nadie: no quedan suplentes",
        "Motivo: under age", "El premio pasó al boleto <strong>9</strong>.",
        "2 premios quedan sin dueño"}) {
    CAPTURE(words);
    CHECK(has(spanish, words));
  }
}

TEST_CASE("draw page: a count of none is not shown", "[render]") {
  Json context = page_context();
  context["unassigned"] = 1;
  const std::string all = page(Page::draw, kEnglish, context);
  context["excluded"] = context["disqualified"] = context["unassigned"] = 0;
  const std::string none = page(Page::draw, kEnglish, context);
  for (const std::string_view label : {"exclusion list", "Disqualified", "One prize goes"}) {
    CHECK(has(all, label));
    CHECK_FALSE(has(none, label));
  }
}

TEST_CASE("draw page: every value is escaped", "[render]") {
  const std::vector<std::string> places{"/sealed_at",
                                        "/root",
                                        "/secret",
                                        "/value",
                                        "/drawn_at",
                                        "/holders/0/email",
                                        "/holders/0/prize",
                                        "/waiting/0/ticket",
                                        "/promises/organizer",
                                        "/promises/rules_link",
                                        "/promises/rules_name",
                                        "/promises/contact_email",
                                        "/seal_link",
                                        "/proof_form_action",
                                        "/beacon_drand/round_url",
                                        "/excluded",
                                        "/verify_commands",
                                        "/beacon_drand/round",
                                        "/transcript_link"};
  for (const auto& place : places) {
    Json context = page_context();
    context[Json::json_pointer(place)] = kHostile;
    for (const Locale locale : locales()) {
      CAPTURE(place, locale.tag());
      const std::string html = page(Page::draw, locale, context);
      CHECK_FALSE(has(html, "<script>"));
      CHECK(has(html, kInert));
    }
  }
}

TEST_CASE("proof page: says in words whether a ticket is in the list, and why not", "[render]") {
  const Json in = {{"is_in", true},   {"ticket", 7},      {"place", 3},
                   {"entrants", 40},  {"key", "k-hex"},   {"leaf", "l-hex"},
                   {"root", "r-hex"}, {"has_path", true}, {"path", {"p1-hex", "p2-hex"}}};
  for (const Locale locale : locales()) {
    const std::string html = page(Page::proof, locale, in);
    for (const std::string_view fact : {"<strong>7</strong>", "3", "40", "k-hex", "l-hex", "r-hex",
                                        "<code>p1-hex</code><br><code>p2-hex</code>"}) {
      CAPTURE(locale.tag(), fact);
      CHECK(has(html, fact));
    }
    CHECK(has(html, "<form method=\"get\" action=\"proof\">"));
  }
  const auto english = [](Json context) { return page(Page::proof, kEnglish, context); };
  const std::string excluded = english({{"not_in", true}, {"ticket", 7}, {"excluded", true}});
  CHECK(has(excluded, "Ticket <strong>7</strong> is not in the sealed list."));
  CHECK(has(excluded, "had excluded its address"));
  CHECK_FALSE(has(excluded, "<code>"));
  CHECK(has(english({{"not_in", true}, {"ticket", 7}, {"disqualified", true}}),
            "disqualified it before the list was sealed"));
  CHECK(has(english({{"not_in", true}, {"ticket", 7}, {"unknown", true}}), "Nobody has it"));
  const std::string early = english({{"before", true}, {"closes_at", "soon"}});
  CHECK(has(early, "sign-up ends (<strong>soon</strong>)"));
  CHECK_FALSE(has(early, "<form"));
  CHECK(has(english({{"ask", true}}), "Enter the number of your ticket"));
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

TEST_CASE("pages of a withdrawal: one button, and what it does before and after the seal",
          "[render]") {
  Json context = page_context();
  for (const Locale locale : locales()) {
    CAPTURE(locale.tag());
    context["sealed"] = false;
    const std::string before = page(Page::withdraw_confirm, locale, context);
    CHECK(has(before, "<form method=\"post\" action=\"/verify_subscriber\">"));
    CHECK(has(before, "<input type=\"hidden\" name=\"token\" value=\"AQAA_-x\">"));
    CHECK(count(before, "<button type=\"submit\">") == 1);
    CHECK(has(before, "<dd>1707</dd>"));
    const std::string done_before = page(Page::withdrawn, locale, context);
    context["sealed"] = true;
    CHECK(page(Page::withdraw_confirm, locale, context) != before);
    CHECK(page(Page::withdrawn, locale, context) != done_before);
  }
  CHECK(has(page(Page::withdraw_confirm, kEnglish, context), "stays in it as a number"));
  CHECK(has(page(Page::withdrawn, kSpanish, context), "sigue en la lista sellada"));
}
