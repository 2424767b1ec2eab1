#include "render/mail_names.h"

#include <algorithm>

#include "promotions/render/mail_renderer.h"
#include "render/builtin.h"
#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::has;
using promotions::testing::kSpanish;

namespace {

std::string code(std::string_view kind, std::string_view source) {
  const auto fault = mail_template_fault(kind, source);
  return fault ? fault->code : "";
}

std::string detail(std::string_view kind, std::string_view source) {
  const auto fault = mail_template_fault(kind, source);
  return fault ? fault->detail : "";
}

}  // namespace

TEST_CASE("mail names: every kind has a row, and its built-in templates name nothing else",
          "[render]") {
  for (const auto kind : kMailKinds) {
    CAPTURE(kind);
    REQUIRE(mail_names(kind) != nullptr);
    for (const Locale locale : locales()) {
      CHECK(detail(kind, builtin_subject(kind, locale).source).empty());
      CHECK(detail(kind, builtin_text(kind, locale).source).empty());
      CHECK(detail(kind, builtin_html(kind, locale).source).empty());
    }
  }
  CHECK(mail_names("page") == nullptr);
}

TEST_CASE("mail names: what no mail of the kind has is refused, with the line", "[render]") {
  for (const char* source : {"{{unknown}}",
                             "{{#unknown}}{{/unknown}}",
                             "{{^unknown}}{{/unknown}}",
                             "{{{unknown}}}",
                             "{{& unknown}}",
                             "{{campaign.unknown}}",
                             "{{campaign.name.more}}",
                             "{{data.dir.ciudad}}",
                             "{{#data}}{{dir.ciudad}}{{/data}}",
                             "{{#data.x}}{{y.z}}{{/data.x}}",
                             "{{ticket}}",
                             "{{.}}",
                             "{{^link}}{{.}}{{/link}}",
                             "{{email.x}}",
                             "{{Email}}",
                             "{{data.}}",
                             "{{.name}}",
                             "{{#campaign}}{{unknown}}{{/campaign}}",
                             "{{winners}}",
                             "{{campaign}}",
                             "{{data}}"}) {
    CAPTURE(source);
    CHECK(code("verification", source) == "unknown_name");
  }
  CHECK(detail("verification", "a\n\n{{data.dir.ciudad}}") ==
        "line 3: this mail has no \"data.dir.ciudad\" (it has campaign.name, campaign.slug, "
        "campaign.description, campaign.admin_email, campaign.organizer, campaign.contact_email, "
        "campaign.rules_link, campaign.privacy_link, email, data.NAME, given[].name, "
        "given[].value, has_given, link, valid_until, prizes[].text, prizes[].name, "
        "prizes[].count, prizes[].value, has_prizes, has_about)");
  CHECK(detail("seal", "{{data.name}}").starts_with("line 1: this mail has no \"data.name\""));
  CHECK(code("admin_result", "{{winners.email}}") == "unknown_name");
  CHECK(code("admin_result", "{{#winners}}{{name}}{{/winners}}") == "unknown_name");
  CHECK(code("admin_result", "{{email}}") == "unknown_name");
  CHECK(code("alternate_promoted", "{{promoted}}") == "unknown_name");
}

TEST_CASE("mail names: what a mail of the kind may have is taken", "[render]") {
  for (const char* source :
       {"{{email}} {{campaign.name}} {{data.nombre}} {{data.first-name}} {{data.Full name}}",
        "{{#data.x}}{{data.x}}{{.}}{{email}}{{/data.x}}{{^data.x}}-{{/data.x}}",
        "{{#data}}{{nombre}}{{link}}{{campaign.slug}}{{/data}}", "{{#data.has_x}}y{{/data.has_x}}",
        "{{#campaign}}{{name}} {{slug}} {{link}} {{campaign.name}}{{/campaign}}",
        "{{#campaign.admin_email}}{{.}}{{/campaign.admin_email}}", "plain", "{{! unknown }}x"}) {
    CAPTURE(source);
    CHECK(detail("verification", source).empty());
  }
  CHECK(detail("admin_result",
               "{{#winners}}{{position}}{{email}}{{entrants}}{{campaign.name}}"
               "{{/winners}}{{#has_alternates}}x{{/has_alternates}}")
            .empty());
  CHECK(detail("alternate_promoted",
               "{{#promoted}}{{email}}{{ticket}}{{/promoted}}"
               "{{promoted.position}}{{^promoted}}none{{/promoted}}")
            .empty());
}

TEST_CASE("mail names: what shows nothing is no template of a mail", "[render]") {
  for (const char* source : {"", " ", "\n\t", "\u00A0", "\u200B\u2060"}) {
    CHECK(code("winner", source) == "empty");
  }
  CHECK(code("winner", "{{#ticket}}") == "invalid");
}

TEST_CASE("mail: a part that comes out blank gives way to the built-in one", "[render]") {
  const MailRenderer renderer;
  const Json context = testing::sample_context();
  const MailText expected = renderer.render("winner", kSpanish, context);
  for (const char* source : {"", " ", "{{data.unknown}}", "{{! x }}\n", "\u200B{{data.unknown}}"}) {
    CAPTURE(source);
    const MailText mail = renderer.render("winner", kSpanish, context,
                                          {source, std::string(source), std::string(source)});
    CHECK(mail.subject == expected.subject);
    CHECK(mail.text == expected.text);
    CHECK(mail.html == expected.html);
  }
}

TEST_CASE("mail: a list in the data is read out where it is printed", "[render]") {
  const MailRenderer renderer;
  Json context = testing::sample_context();
  context["data"]["likes"] = {"a<b", 7, true, "c"};
  context["data"]["none"] = Json::array();
  const MailText mail =
      renderer.render("verification", kSpanish, context,
                      {"{{data.likes}}",
                       "{{ data.likes }}|{{data.none}}|{{#data.likes}}({{.}}){{/data.likes}}|"
                       "{{#data.has_likes}}yes{{/data.has_likes}} {{link}}",
                       "{{{data.likes}}}{{&data.likes}} {{link}}"});
  CHECK(mail.subject == "a<b, 7, true, c");
  CHECK(mail.text.starts_with("a<b, 7, true, c||(a<b)(7)(true)(c)|yes "));
  CHECK(mail.html.starts_with("a&lt;b, 7, true, ca&lt;b, 7, true, c"));
}
