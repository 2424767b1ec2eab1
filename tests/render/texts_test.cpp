#include "render/texts.h"

#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::has;
using promotions::testing::kEnglish;
using promotions::testing::kSpanish;

TEST_CASE("texts: HTML gets the markup, plain text the words", "[render]") {
  const auto html = [](std::string_view text) { return to_mustache(text, kSpanish, Medium::page); };
  const auto plain = [](std::string_view text) {
    return to_mustache(text, kSpanish, Medium::plain);
  };
  CHECK(html("a *b {{c_d}}* e") == "a <strong>b {{c_d}}</strong> e");
  CHECK(plain("a *b {{c_d}}* e") == "a b {{c_d}} e");
  CHECK(html("_{{x}}_.") == "<strong>{{x}}</strong>.");
  CHECK(plain("_{{x}}_.") == "«{{x}}».");
  CHECK(to_mustache("_{{x}}_.", kEnglish, Medium::plain) == "“{{x}}”.");
  CHECK(html("R & D <x> \"y\"") == "R &amp; D &lt;x&gt; &quot;y&quot;");
  CHECK(plain("R & D <x>") == "R & D <x>");
}

TEST_CASE("texts: words are a link where its value is known", "[render]") {
  const std::string_view text = "see [{{n}} here](round_url).";
  CHECK(to_mustache(text, kSpanish, Medium::page) ==
        "see {{#round_url}}<a href=\"{{round_url}}\">{{/round_url}}{{n}} here"
        "{{#round_url}}</a>{{/round_url}}.");
  CHECK(to_mustache(text, kSpanish, Medium::plain) == "see {{n}} here.");
  CHECK(has(to_mustache("[x](mailto:a.b)", kSpanish, Medium::mail_html),
            "<a href=\"mailto:{{a.b}}\" class=\"link\">"));
  CHECK_THROWS_AS(to_mustache("[x](y", kSpanish, Medium::page), std::logic_error);
}

TEST_CASE("texts: a template's own come before those that all share", "[render]") {
  const auto fill = [](std::string_view source, std::string_view section) {
    return fill_texts(source, kEnglish, section, Medium::plain).source;
  };
  CHECK(fill("{{> title}}|{{>hello}}|{{a}}", "page.verified") == "You are in!|Hello!|{{a}}");
  CHECK_THROWS_AS(fill("{{> no_such_text}}", "page.verified"), std::logic_error);
}

TEST_CASE("texts: a number chooses the plural form, and none counts as one", "[render]") {
  const Filled filled = fill_texts("{{> wait}}", kEnglish, "page.rate_limited", Medium::page);
  CHECK(filled.counts == std::vector<std::string>{"wait_minutes"});
  const auto forms = [](Json context) {
    add_plurals(context, {"wait_minutes"}, kEnglish);
    return context.at("plural").at("wait_minutes").dump();
  };
  CHECK(forms({{"wait_minutes", 1}}) == R"({"one":true})");
  CHECK(forms({{"wait_minutes", 2}}) == R"({"other":true})");
  CHECK(forms({{"wait_minutes", 0}}) == R"({"other":true})");
  CHECK(forms(Json::object()) == R"({"one":true})");
  CHECK(has(filled.source, "{{#plural.wait_minutes.one}}Wait a minute and try again."));
}
