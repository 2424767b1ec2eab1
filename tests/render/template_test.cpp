#include "render/template.h"

#include <random>
#include <stdexcept>

#include "promotions/render/mail_renderer.h"
#include "render/sample.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::has;

namespace {

std::string plain(std::string_view source, const Json& context) {
  return Template(source).render(Values(context, Escaping::none));
}

std::string html(std::string_view source, const Json& context) {
  return Template(source).render(Values(context, Escaping::html));
}

std::string reason(std::string_view source) {
  return template_error(source).value_or("");
}

std::string nested(std::size_t depth) {
  std::string source;
  for (std::size_t i = 0; i < depth; ++i) source += "{{#a}}";
  source += "x";
  for (std::size_t i = 0; i < depth; ++i) source += "{{/a}}";
  return source;
}

}  // namespace

TEST_CASE("template: values appear as one would write them", "[render]") {
  const Json context = {{"n", 42},
                        {"big", 9007199254740993},
                        {"minus", -7},
                        {"half", 1.5},
                        {"whole", 1e3},
                        {"large", 1e20},
                        {"yes", true},
                        {"no", false},
                        {"nothing", nullptr},
                        {"empty", ""},
                        {"text", "añ"},
                        {"huge", 1e300}};
  CHECK(plain("{{n}} {{big}} {{minus}} {{half}}", context) == "42 9007199254740993 -7 1.5");
  CHECK(plain("{{whole}} {{large}} {{huge}}", context) == "1000 100000000000000000000 1e+300");
  CHECK(plain("{{yes}}|{{no}}|{{nothing}}|{{empty}}|{{text}}|{{unknown}}", context) ==
        "true||||añ|");
}

TEST_CASE("template: false, null, the empty text and the empty list close a section", "[render]") {
  const Json context = {{"no", false},           {"nothing", nullptr}, {"empty", ""},
                        {"list", Json::array()}, {"zero", 0},          {"yes", true}};
  for (const std::string name : {"no", "nothing", "empty", "list", "unknown", "a.b"}) {
    CAPTURE(name);
    CHECK(plain("{{#" + name + "}}in{{/" + name + "}}{{^" + name + "}}out{{/" + name + "}}",
                context) == "out");
  }
  for (const std::string name : {"zero", "yes"}) {
    CAPTURE(name);
    CHECK(plain("{{#" + name + "}}in{{/" + name + "}}{{^" + name + "}}out{{/" + name + "}}",
                context) == "in");
  }
}

TEST_CASE("template: dotted names reach into objects, from within sections, too", "[render]") {
  const Json context = {{"campaign", {{"name", "N"}}},
                        {"data", {{"first-name", "Ana"}, {"full name", "Ana P"}}},
                        {"list", Json::array({{{"email", "x"}}, {{"email", "y"}}})},
                        {"texts", Json::array({"a", "b"})}};
  CHECK(plain("{{campaign.name}} {{data.first-name}} {{ data.full name }}", context) ==
        "N Ana Ana P");
  CHECK(plain("{{#list}}{{email}}{{campaign.name}};{{/list}}", context) == "xN;yN;");
  CHECK(plain("{{#texts}}{{.}};{{/texts}}", context) == "a;b;");
  CHECK(plain("{{campaign.name.more}}{{.name}}{{name.}}{{..}}", context).empty());
}

TEST_CASE("template: has_NAME tells whether a list has items", "[render]") {
  CHECK(plain("{{#has_l}}yes{{/has_l}}", {{"l", {1, 2}}}) == "yes");
  CHECK(plain("{{^has_l}}no{{/has_l}}", {{"l", Json::array()}}) == "no");
}

TEST_CASE("template: HTML values are escaped whichever braces are used", "[render]") {
  const Json context = {{"x", "<script>\"&'"}};
  const std::string escaped = "&lt;script&gt;&quot;&amp;&#39;";
  CHECK(html("{{x}}", context) == escaped);
  CHECK(html("{{{x}}}", context) == escaped);
  CHECK(html("{{&x}}", context) == escaped);
  CHECK(html("{{#x}}{{{.}}}{{/x}}", context) == escaped);
  CHECK(plain("{{x}}{{{x}}}{{&x}}", context) == "<script>\"&'<script>\"&'<script>\"&'");
}

TEST_CASE("template: a value is never read as a template", "[render]") {
  const Json context = {{"x", "{{secret}} {{#x}} {{>secret}} {{=<% %>=}}"}, {"secret", "S"}};
  CHECK(plain("{{x}}", context) == context["x"].get<std::string>());
  CHECK(plain("{{#x}}{{.}}{{/x}}", context) == context["x"].get<std::string>());
}

TEST_CASE("template: control characters in values become spaces, line ends stay", "[render]") {
  const Json context = {{"x", std::string("a\0b\x1B[1m\r\n\tc\x7F", 12)}};
  CHECK(plain("{{x}}", context) == "a b [1m\r\n\tc ");
}

TEST_CASE("template_error: accepts templates", "[render]") {
  for (const std::string source :
       {"", "text", "{ {x} }", "}}", "}}}", "{{x}}", "{{{x}}}", "{{& x }}", "{{! note }}",
        "{{!\n}}", "{{#a}}{{^b}}{{/b}}{{/a}}", "{{# a }}{{/a}}", "{{.}}", "a { b: c }}"}) {
    CAPTURE(source);
    CHECK_FALSE(template_error(source).has_value());
    CHECK_NOTHROW(plain(source, Json::object()));
  }
}

TEST_CASE("template_error: says what is wrong and where", "[render]") {
  CHECK(reason("a\nb\n{{#x}}") == "line 3: section \"x\" is not closed");
  CHECK(reason("{{/x}}") == "line 1: section \"x\" is not open");
  CHECK(reason("{{#x}}\n{{/y}}") == "line 2: section \"x\" is closed as \"y\"");
  CHECK(reason("\n{{x") == "line 2: a tag is opened and not closed");
  CHECK(reason("{{{x}}") == "line 1: a tag is opened and not closed");
  CHECK(reason("{{") == "line 1: a tag is opened and not closed");
  CHECK(reason("{{ }}") == "line 1: a tag has no name");
  CHECK(reason("{{#}}{{/}}") == "line 1: a tag has no name");
  CHECK(reason("{{a{{b}}") == "line 1: \"a{{b\" is not a name");
  CHECK(reason("{{> footer}}") ==
        "line 1: there is no partial \"footer\"; nothing can be included");
  CHECK(reason("{{=<% %>=}}") == "line 1: delimiters cannot be changed");
  CHECK(reason("{{{= a b =}}}") == "line 1: delimiters cannot be changed");
  CHECK(reason("\xFF") == "is not UTF-8");
  CHECK(reason(std::string("a\0b", 3)) == "holds a control character");
}

TEST_CASE("template_error: a long name is cut between characters", "[render]") {
  std::string name = "x";
  for (int i = 0; i < 100; ++i) name += "ñ";
  const std::string text = reason("{{#" + name + "}}");
  CHECK(text.size() < 120);
  CHECK_NOTHROW(Json(text).dump());
}

TEST_CASE("template_error: depth and size are bounded", "[render]") {
  CHECK(plain(nested(32), {{"a", true}}) == "x");
  CHECK(reason(nested(33)) == "line 1: more than 32 sections within each other");
  CHECK_FALSE(template_error(std::string(65'536, ' ')).has_value());
  CHECK(reason(std::string(65'537, ' ')) == "has 65537 bytes; at most 65536 are allowed");
}

TEST_CASE("template: nested lists cannot multiply without end", "[render]") {
  Json list = Json::array();
  for (int i = 0; i < 100; ++i) list.push_back(i);
  const Values values({{"a", list}}, Escaping::none);
  const Template silent(nested(20), 1'000'000);  // 100^20 turns
  CHECK_THROWS_AS(silent.render(values), std::invalid_argument);
  CHECK(Template(nested(1), 10'000).render(values) == std::string(100, 'x'));
}

TEST_CASE("template: a long value cannot be repeated without end", "[render]") {
  std::string source;
  for (int i = 0; i < 100; ++i) source += "{{x}}";
  const Values values({{"x", std::string(1000, 'v')}}, Escaping::none);
  CHECK_THROWS_AS(Template(source, 50'000).render(values), std::invalid_argument);
  CHECK(Template(source, 150'000).render(values).size() == 100'000);
}

TEST_CASE("template: whatever text is accepted can be parsed and rendered", "[render]") {
  const std::vector<std::string> pieces{
      "{{", "}}", "{{{", "}}}",  "#", "/", "^",      "&", ">",      "!",     "=",    "a",
      "b",  " ",  "\n",  "{{#a", "{", "}", "{{/a}}", ".", "{{#a}}", "{{b}}", "\r\n", "ñ"};
  const Json context = {{"a", Json::array({{{"b", "<"}}, "{{a}}"})}, {"b", {{"a", 1}}}};
  std::mt19937 random(20240607);  // the same texts at every run
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string source;
    for (auto length = random() % 12; length > 0; --length)
      source += pieces[random() % pieces.size()];
    CAPTURE(source);
    if (template_error(source)) continue;
    ++accepted;
    CHECK_FALSE(has(html(source, context), "&lt;<"));
  }
  CHECK(accepted > 1000);
}
