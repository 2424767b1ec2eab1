#include "promotions/render/mail_renderer.h"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "render/builtin.h"
#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::count;
using promotions::testing::has;
using promotions::testing::kEnglish;
using promotions::testing::kSpanish;
using promotions::testing::sample_context;

namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> result(1);
  for (const char c : text) {
    if (c == '\n') {
      result.emplace_back();
    } else {
      result.back() += c;
    }
  }
  return result;
}

bool has_line(const std::string& text, const std::string& line) {
  for (const auto& candidate : lines(text)) {
    if (candidate == line) return true;
  }
  return false;
}

// Every element that has a class must carry its style, too.
void check_inlined(const std::string& html) {
  for (auto at = html.find("class=\""); at != std::string::npos;
       at = html.find("class=\"", at + 1)) {
    const auto end = html.find('"', at + 7);
    CAPTURE(html.substr(at, end - at));
    CHECK(html.substr(end, 9) == "\" style=\"");
  }
}

}  // namespace

TEST_CASE("mail: every kind in every language is whole", "[render]") {
  const MailRenderer renderer;
  for (const auto kind : kMailKinds) {
    for (const Locale locale : locales()) {
      CAPTURE(kind, locale.tag());
      const MailText mail = renderer.render(kind, locale, sample_context());
      for (const std::string& part : {mail.subject, mail.text, mail.html}) {
        CHECK_FALSE(has(part, "{{"));
        CHECK_FALSE(has(part, "}}"));
        CHECK(has(part, "Sorteo de Navidad"));
      }
      CHECK(mail.subject.size() < 70);
      CHECK_FALSE(has(mail.text, "<"));
      CHECK_FALSE(has(mail.text, "\n\n\n"));
      CHECK(has(mail.html, "<html lang=\"" + std::string(locale.tag()) + "\">"));
      CHECK(has(mail.html, "<title>" + mail.subject + "</title>"));
      CHECK(has(mail.html, "max-width:560px"));
      CHECK(has(mail.html, "class=\"preheader\""));
      // Text in the colour of what is behind it looks like spam; a button's is white on blue.
      CHECK(count(mail.html, ";color:#ffffff") == count(mail.html, "class=\"button\""));
      CHECK(has(mail.html, "prefers-color-scheme:dark"));
      for (const std::string_view remote :
           {"<img", "src=", "<link", "url(", "@import", "<script"}) {
        CHECK_FALSE(has(mail.html, remote));
      }
      check_inlined(mail.html);
    }
  }
}

TEST_CASE("verification mail: the link stands alone in the text and twice in the HTML",
          "[render]") {
  const MailRenderer renderer;
  const std::string link = sample_context()["link"];
  for (const Locale locale : locales()) {
    const MailText mail = renderer.render("verification", locale, sample_context());
    CHECK(has_line(mail.text, link));
    CHECK(count(mail.html, "href=\"" + link + "\"") == 2);
    CHECK(count(mail.html, ">" + link + "</a>") == 1);
    for (const std::string& part : {mail.text, mail.html}) {
      CHECK(has(part, "ana@example.org"));
      CHECK(has(part, "24/11/2026 04:04 (Europe/Madrid)"));
    }
  }
}

TEST_CASE("verification mail: a link's ampersand is escaped in HTML only", "[render]") {
  Json context = sample_context();
  context["link"] = "https://example.org/?a=1&token=T";
  const MailText mail = MailRenderer().render("verification", kSpanish, context);
  CHECK(has_line(mail.text, "https://example.org/?a=1&token=T"));
  CHECK(has(mail.html, "href=\"https://example.org/?a=1&amp;token=T\""));
}

TEST_CASE("verification mail: says who organises, what can be won and where the rules are",
          "[render]") {
  const MailRenderer renderer;
  for (const Locale locale : locales()) {
    CAPTURE(locale.tag());
    const MailText mail = renderer.render("verification", locale, sample_context());
    for (const std::string& part : {mail.text, mail.html}) {
      CHECK(has(part, "AMPA Los Olmos"));
      CHECK(has(part, "Car (9000 €)"));
    }
    CHECK(has_line(mail.text, "  - Car (9000 €)"));
    CHECK(has_line(mail.text, "  - 2 × Mug"));
    CHECK(has(mail.text, " https://example.org/bases.pdf\n"));
    CHECK(count(mail.html, "href=\"https://example.org/bases.pdf\"") == 1);
  }
  Json context = sample_context();
  for (const char* name : {"prizes", "has_prizes", "has_about"}) context.erase(name);
  context["campaign"].erase("rules_link");
  const MailText mail = renderer.render("verification", kEnglish, context);
  CHECK_FALSE(has(mail.html, ">The raffle<"));
  CHECK_FALSE(has(mail.text, "The raffle\n"));
  CHECK_FALSE(has(mail.text, "\n\n\n"));
}

TEST_CASE("mails to participants end with organiser, contact and privacy link, if there are any",
          "[render]") {
  const MailRenderer renderer;
  const std::vector<std::string> own{"verification", "already_verified", "reminder", "receipt",
                                     "winner",       "claim_reminder",   "not_drawn"};
  for (const auto kind : kMailKinds) {
    const bool is_own = std::find(own.begin(), own.end(), kind) != own.end();
    CAPTURE(kind);
    const MailText mail = renderer.render(kind, kEnglish, sample_context());
    CHECK(mail.text.ends_with("\n\nOrganised by: AMPA Los Olmos\n\nContact: ampa@example.org\n\n"
                              "Privacy: https://example.org/privacidad\n") == is_own);
    CHECK(count(mail.html, "class=\"foot\"") == (is_own ? 3 : 0));
    CHECK(has(mail.html, "href=\"https://example.org/privacidad\"") == is_own);
    Json context = sample_context();
    for (const char* name : {"organizer", "contact_email", "privacy_link"}) {
      context["campaign"].erase(name);
    }
    const MailText bare = renderer.render(kind, kEnglish, context);
    CHECK_FALSE(has(bare.html, "class=\"foot\""));
    CHECK_FALSE(bare.text.ends_with("\n\n"));
  }
}

TEST_CASE("winner mail: holds position, ticket, prize and where to ask", "[render]") {
  const MailRenderer renderer;
  for (const Locale locale : locales()) {
    const MailText mail = renderer.render("winner", locale, sample_context());
    CHECK(has(mail.text, ": 2\n"));
    CHECK(has(mail.html, ">2</td>"));
    for (const std::string& part : {mail.text, mail.html}) {
      CHECK(has(part, "1707"));
      CHECK(has(part, "Car (9000 €)"));
      CHECK(has(part, "ampa@example.org"));
      CHECK_FALSE(has(part, "sorteos@example.org"));  // which is not for the public
    }
  }
}

TEST_CASE("result mail: lists winners and alternates", "[render]") {
  const MailRenderer renderer;
  for (const Locale locale : locales()) {
    const MailText mail = renderer.render("admin_result", locale, sample_context());
    for (const std::string& part : {mail.text, mail.html}) {
      for (const std::string_view value :
           {"4321", "24/12/2026 12:00", "911", "w@example.org", "922", "alt@example.org"}) {
        CHECK(has(part, value));
      }
    }
  }
}

TEST_CASE("result mail: without alternates nothing is said of them", "[render]") {
  Json context = sample_context();
  context["alternates"] = Json::array();
  const MailText mail = MailRenderer().render("admin_result", kSpanish, context);
  for (const std::string& part : {mail.text, mail.html}) {
    CHECK_FALSE(has(part, "uplentes"));
    CHECK(has(part, "Premiados"));
  }
  CHECK_FALSE(has(mail.text, "\n\n\n"));
}

TEST_CASE("result mail: says so where a winner's address was erased", "[render]") {
  Json context = sample_context();
  context["winners"][0]["email"] = "";
  const MailText mail = MailRenderer().render("admin_result", kEnglish, context);
  for (const std::string& part : {mail.text, mail.html}) {
    CHECK(count(part, "(address erased)") == 1);
    CHECK(has(part, "alt@example.org"));
  }
}

TEST_CASE("mail: reads well without the optional values", "[render]") {
  const MailRenderer renderer;
  Json context = sample_context();
  context["campaign"] = Json::object();
  for (const char* name :
       {"valid_until", "finished_at", "alternates", "proof_link", "draw_link", "commitment",
        "sealed_at", "beacon_text", "seal_link", "transcript_link", "leaves_link", "claim_link",
        "claim_until", "reason", "promoted", "winner_email", "server_reply", "retry_command"}) {
    context.erase(name);
  }
  for (const auto kind : kMailKinds) {
    for (const Locale locale : locales()) {
      CAPTURE(kind, locale.tag());
      const MailText mail = renderer.render(kind, locale, context);
      CHECK_FALSE(mail.subject.ends_with(":"));
      CHECK_FALSE(has(mail.text, "«»"));
      CHECK_FALSE(has(mail.text, "“”"));
      CHECK_FALSE(has(mail.text, "\n\n\n"));
      CHECK_FALSE(has(mail.html, "<strong></strong>"));
      CHECK_FALSE(has(mail.html, "mailto:\""));
      CHECK_FALSE(has(mail.html, "href=\"\""));
    }
  }
}

TEST_CASE("mail: hostile values are inert in HTML and literal in text", "[render]") {
  const std::string hostile = "<script>alert(1)</script>{{email}}\"'&\r\nBcc: x@example.org";
  Json context = sample_context();
  context["campaign"]["name"] = hostile;
  context["data"]["NAME"] = hostile;
  TemplateSource overrides;
  overrides.html = "<p title=\"{{data.NAME}}\">{{{data.NAME}}}{{&data.NAME}}</p>";
  const MailRenderer renderer;
  for (const auto& source : {TemplateSource{}, overrides}) {
    const MailText mail = renderer.render("verification", kSpanish, context, source);
    CHECK_FALSE(has(mail.html, "<script"));
    CHECK(has(mail.html, "&lt;script&gt;alert(1)&lt;/script&gt;{{email}}&quot;&#39;&amp;"));
    CHECK(has(mail.text, hostile));
    CHECK_FALSE(has(mail.subject, "\n"));
    CHECK_FALSE(has(mail.subject, "\r"));
    CHECK(has(mail.subject, "<script>"));
  }
}

TEST_CASE("mail: an override replaces its part and no other", "[render]") {
  const MailRenderer renderer;
  TemplateSource overrides;
  overrides.subject = "Hola {{data.first-name}}\n";
  overrides.text = "{{link}}";
  const MailText mail = renderer.render("verification", kEnglish, sample_context(), overrides);
  CHECK(mail.subject == "Hola Ana María");
  CHECK(mail.text == "https://example.org/verify_subscriber?token=AQAA_-x");
  CHECK(mail.html == renderer.render("verification", kEnglish, sample_context()).html);
}

TEST_CASE("mail: a broken override and an unknown kind are reported", "[render]") {
  const MailRenderer renderer;
  TemplateSource overrides;
  overrides.text = "{{#link}}";
  CHECK_THROWS_AS(renderer.render("verification", kSpanish, sample_context(), overrides),
                  std::invalid_argument);
  CHECK_THROWS_AS(renderer.render("verificatoin", kSpanish, sample_context()),
                  std::invalid_argument);
  CHECK(is_mail_kind("winner"));
  CHECK_FALSE(is_mail_kind("verificatoin"));
}

TEST_CASE("mail: many threads render with one renderer", "[render]") {
  const MailRenderer renderer;
  TemplateSource overrides;
  overrides.html = "{{#winners}}<p>{{email}}</p>{{/winners}}{{data.NAME}}";
  const MailText expected = renderer.render("admin_result", kSpanish, sample_context());
  std::atomic<int> wrong{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int round = 0; round < 60; ++round) {
        Json context = sample_context();
        const std::string name = std::to_string(thread) + "-" + std::to_string(round);
        context["data"]["NAME"] = name;
        // More texts than the cache keeps, so that some leave it while others render with them.
        TemplateSource mine = overrides;
        mine.text = "{{data.NAME}} " + std::to_string((thread * 7 + round) % 100);
        const MailText mail = renderer.render("admin_result", kSpanish, context, mine);
        if (mail.html != "<p>w@example.org</p>" + name || !mail.text.starts_with(name + " ") ||
            renderer.render("admin_result", kSpanish, context).html != expected.html) {
          ++wrong;
        }
      }
    });
  }
  threads.clear();
  CHECK(wrong == 0);
}

TEST_CASE("mail: an override that forgot the link gets it at its end", "[render]") {
  const MailRenderer renderer;
  const Json context = {{"link", "https://example.org/verify_subscriber?a=1&token=T"}};
  const MailText mail = renderer.render(
      "verification", kSpanish, context,
      {.subject = {}, .text = "Hola", .html = "<html><body><p>Hola</p></body></html>"});
  CHECK(mail.text == "Hola\n\nhttps://example.org/verify_subscriber?a=1&token=T\n");
  CHECK(
      mail.html ==
      "<html><body><p>Hola</p><p><a href=\"https://example.org/verify_subscriber?a=1&amp;token=T\">"
      "https://example.org/verify_subscriber?a=1&amp;token=T</a></p>\n</body></html>");
  const MailText whole = renderer.render("verification", kSpanish, context,
                                         {.subject = {}, .text = "{{link}}", .html = "{{link}}"});
  CHECK(whole.text == "https://example.org/verify_subscriber?a=1&token=T");
  CHECK(whole.html == "https://example.org/verify_subscriber?a=1&amp;token=T");
}
