// What the mails of a draw say: each fact that someone checks it with, in each language.
#include <vector>

#include "promotions/render/mail_renderer.h"
#include "render/builtin.h"
#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::has;
using promotions::testing::kSpanish;
using promotions::testing::kWorded;
using promotions::testing::sample_context;

namespace {

constexpr std::string_view kHostile = "\"><script>alert('x')</script>{{root}}";
constexpr std::string_view kInert =
    "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;{{root}}";

MailText mail(std::string_view kind, Locale locale, const Json& context,
              const TemplateSource& overrides = {}) {
  static const MailRenderer renderer;
  return renderer.render(kind, locale, context, overrides);
}

// In HTML the values have their ampersands and quotes escaped.
std::string in_html(std::string text) {
  for (const auto& [from, to] :
       std::vector<std::pair<std::string, std::string>>{{"&", "&amp;"}, {"\"", "&quot;"}}) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
      text.replace(at, from.size(), to);
    }
  }
  return text;
}

// Facts of sample_context() that text and HTML of `kind` must show.
void check_facts(std::string_view kind, const std::vector<std::string>& names) {
  const Json context = sample_context();
  for (const Locale locale : locales()) {
    const MailText text = mail(kind, locale, context);
    for (const auto& name : names) {
      CAPTURE(kind, locale.tag(), name);
      const Json& value = context.at(name);
      const std::string fact = value.is_string() ? value.get<std::string>() : value.dump();
      CHECK(has(text.text, fact));
      CHECK(has(text.html, in_html(fact)));
      if (name.ends_with("_link")) {
        CHECK(has(text.text + "\n", "\n" + fact + "\n"));  // on a line of its own
        CHECK(has(text.html, "href=\"" + in_html(fact) + "\""));
      }
    }
  }
}

}  // namespace

TEST_CASE("mails of a draw: each holds its facts", "[render]") {
  check_facts("receipt", {"email", "ticket", "nonce", "email_key", "proof_link", "draw_link",
                          "withdraw_link", "commitment", "terms", "check_commands"});
  check_facts("seal", {"entrants", "sealed_at", "beacon_text", "seal_hash", "seal_json",
                       "check_commands", "draw_link", "seal_link"});
  check_facts("not_drawn", {"email", "ticket", "draw_link"});
  check_facts("alternate_promoted", {"position", "ticket", "reason", "draw_link"});
  check_facts("winner_unreachable", {"position", "ticket", "winner_email", "why", "server_reply",
                                     "retry_command", "claim_until", "draw_link"});
  check_facts("winner", {"position", "ticket", "claim_link", "claim_until", "draw_link"});
  check_facts("admin_result", {"draw_link", "transcript_link", "leaves_link"});
}

TEST_CASE("seal mail: the text has the seal unaltered, on a line of its own", "[render]") {
  Json context = sample_context();
  const std::string seal = R"({"campaign":"navidad","beacon":{"source":"<a> & 'b'"}})";
  context["seal_json"] = seal;
  for (const Locale locale : locales()) {
    CHECK(has(mail("seal", locale, context).text, "\n\n" + seal + "\n\n"));
  }
}

TEST_CASE("seal mail: speaks of unknown randomness only if some is awaited", "[render]") {
  Json context = sample_context();
  for (const Locale locale : kWorded) {
    const std::string_view claim =
        locale == kSpanish ? "antes de que se conociera el azar" : "before the randomness";
    context["beacon_none"] = false;
    const MailText awaited = mail("seal", locale, context);
    context["beacon_none"] = true;
    const MailText none = mail("seal", locale, context);
    for (const auto part : {&MailText::text, &MailText::html}) {
      CHECK(has(awaited.*part, claim));
      CHECK_FALSE(has(none.*part, claim));
      CHECK(has(none.*part, locale == kSpanish ? "antes del sorteo" : "before the draw"));
    }
  }
}

TEST_CASE("mails of a draw: hostile values are inert in HTML and literal in text", "[render]") {
  const std::vector<std::pair<std::string, std::string>> places{
      {"receipt", "/email_key"},
      {"receipt", "/check_commands"},
      {"seal", "/beacon_text"},
      {"seal", "/seal_json"},
      {"not_drawn", "/email"},
      {"alternate_promoted", "/reason"},
      {"alternate_promoted", "/promoted/email"},
      {"winner_unreachable", "/winner_email"},
      {"winner_unreachable", "/server_reply"},
      {"winner", "/claim_until"},
      {"winner", "/claim_link"},
      {"admin_result", "/transcript_link"}};
  for (const auto& [kind, pointer] : places) {
    Json context = sample_context();
    context[Json::json_pointer(pointer)] = kHostile;
    for (const Locale locale : locales()) {
      CAPTURE(kind, pointer, locale.tag());
      const MailText text = mail(kind, locale, context);
      CHECK_FALSE(has(text.html, "<script"));
      CHECK(has(text.html, kInert));
      CHECK(has(text.text, kHostile));
    }
  }
}

TEST_CASE("mail of a lost prize: says who gets it, or that nobody is left", "[render]") {
  for (const Locale locale : kWorded) {
    Json context = sample_context();
    const MailText passed = mail("alternate_promoted", locale, context);
    context["promoted"]["email"] = "";
    const MailText erased = mail("alternate_promoted", locale, context);
    context.erase("promoted");
    const MailText nobody = mail("alternate_promoted", locale, context);
    const bool spanish = locale == kSpanish;
    for (const auto part : {&MailText::text, &MailText::html}) {
      CHECK(has(passed.*part, "933"));
      CHECK(has(passed.*part, "next@example.org"));
      CHECK(has(erased.*part, "933"));
      CHECK(has(erased.*part, spanish ? "(dirección borrada)" : "(address erased)"));
      CHECK_FALSE(has(erased.*part, spanish ? "Le avisamos" : "being told"));
      CHECK_FALSE(has(nobody.*part, "933"));
      CHECK(has(nobody.*part, spanish ? "No quedan suplentes" : "No alternate is left"));
      CHECK_FALSE(has(passed.*part, spanish ? "No quedan suplentes" : "No alternate is left"));
    }
    CHECK(passed.subject != nobody.subject);
  }
}

TEST_CASE("mail of a winner who was not reached: says until when the prize waits, or that it does",
          "[render]") {
  for (const Locale locale : kWorded) {
    const bool spanish = locale == kSpanish;
    Json context = sample_context();
    const MailText waits = mail("winner_unreachable", locale, context);
    context.erase("claim_until");
    context.erase("server_reply");
    context["winner_email"] = "";
    const MailText erased = mail("winner_unreachable", locale, context);
    for (const auto part : {&MailText::text, &MailText::html}) {
      CHECK(has(waits.*part, "07/01/2027"));
      CHECK_FALSE(has(erased.*part, "07/01/2027"));
      CHECK(has(erased.*part, spanish ? "no pasa a nadie por sí solo" : "to anybody by itself"));
      CHECK(has(erased.*part, spanish ? "(dirección borrada)" : "(address erased)"));
      CHECK_FALSE(has(erased.*part, "jobs retry"));
      CHECK_FALSE(has(erased.*part, spanish ? "dijo" : "said"));
      CHECK(has(erased.*part, spanish ? "No queda ningún suplente" : "No alternate is left"));
      CHECK_FALSE(has(erased.*part, spanish ? "de nuevo" : "anew"));
    }
  }
}

TEST_CASE("winner mail: without a claim link nothing is said of claiming", "[render]") {
  Json context = sample_context();
  context.erase("claim_link");
  for (const Locale locale : kWorded) {
    const MailText text = mail("winner", locale, context);
    for (const std::string& part : {text.text, text.html}) {
      CHECK_FALSE(has(part, locale == kSpanish ? "eclama" : "laim"));
      CHECK_FALSE(has(part, "07/01/2027"));
    }
    CHECK_FALSE(has(text.text, "\n\n\n"));
    CHECK_FALSE(has(text.html, "class=\"button\""));
  }
  context = sample_context();
  context.erase("claim_until");
  for (const Locale locale : kWorded) {
    const MailText text = mail("winner", locale, context);
    CHECK(has(text.text, locale == kSpanish ? "Reclama tu premio." : "Claim your prize."));
    CHECK(has(text.html, "class=\"button\""));
  }
}

TEST_CASE("winner mail: an override that forgot the claim link gets it at its end", "[render]") {
  TemplateSource overrides{.subject = {}, .text = "Hola", .html = "<body>Hola</body>"};
  const MailText text = mail("winner", kSpanish, sample_context(), overrides);
  CHECK(text.text == "Hola\n\nhttps://example.org/claim?a=1&token=CLAIM\n");
  CHECK(text.html ==
        "<body>Hola<p><a href=\"https://example.org/claim?a=1&amp;token=CLAIM\">"
        "https://example.org/claim?a=1&amp;token=CLAIM</a></p>\n</body>");
  Json context = sample_context();
  context.erase("claim_link");
  CHECK(mail("winner", kSpanish, context, overrides).text == "Hola");
  CHECK(mail("receipt", kSpanish, sample_context(), overrides).text == "Hola");
}
