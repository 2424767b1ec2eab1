// Every language has every text, and says the same with the same values.
#include "render/catalogue.h"

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <set>

#include "promotions/base/encoding.h"
#include "promotions/base/errors.h"
#include "promotions/base/unicode.h"
#include "promotions/render/phrases.h"
#include "render/builtin.h"
#include "render/sample.h"
#include "render/template_tags.h"
#include "render/texts.h"
#include "support/catch.h"

using namespace promotions;
using promotions::testing::has;

namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

// What a language may have or not: names of cities and zones that need no word of their own.
bool is_free(std::string_view path) {
  return path.starts_with("cities.") || path.starts_with("zones.");
}

// "page.rate_limited.wait", of "page.rate_limited.wait.other"; nullopt: it is no plural form.
std::optional<std::string> plural_of(const Texts& texts, const std::string& path) {
  const std::string base = path.substr(0, path.rfind('.'));
  return texts.contains(base + ".count") ? std::optional(base) : std::nullopt;
}

// Names of texts, forms of one text being one.
std::set<std::string> names(Locale locale) {
  std::set<std::string> found;
  const Texts& texts = catalogue(locale).all();
  for (const auto& [path, text] : texts) {
    if (!is_free(path)) found.insert(plural_of(texts, path).value_or(path));
  }
  return found;
}

// The tags in a text: values and sections, links and their targets, strong words and names.
std::set<std::string> marks(std::string_view text) {
  std::set<std::string> found;
  std::string rest;
  std::size_t done = 0;
  for (auto tag = next_tag(text, 0); tag; tag = next_tag(text, tag->end)) {
    found.insert(std::string(tag->contents));
    rest += text.substr(done, tag->begin - done);
    done = tag->end;
  }
  rest += text.substr(done);
  for (const char mark : {'*', '_'}) {
    if (has(rest, std::string(1, mark))) found.insert(std::string(1, mark));
  }
  for (auto at = rest.find("]("); at != std::string::npos; at = rest.find("](", at + 1)) {
    found.insert(rest.substr(at, rest.find(')', at) - at));
  }
  return found;
}

// Those of all the forms of a text.
std::set<std::string> marks_at(Locale locale, const std::string& name) {
  std::set<std::string> found;
  for (const auto& [path, text] : catalogue(locale).all()) {
    if (path == name || path.starts_with(name + ".")) found.merge(marks(text));
  }
  return found;
}

std::size_t characters(std::string_view text) {
  std::size_t count = 0;
  while (!text.empty()) {
    take_code_point(text);
    ++count;
  }
  return count;
}

// What people see of a text: without the names of sections and values and the targets of links.
std::string shown(std::string_view text) {
  std::string result;
  std::size_t done = 0;
  for (auto tag = next_tag(text, 0); tag; tag = next_tag(text, tag->end)) {
    result += text.substr(done, tag->begin - done);
    done = tag->end;
  }
  static const std::regex target("\\]\\([^)]*\\)");
  return std::regex_replace(result.append(text.substr(done)), target, "]");
}

template <typename Check>
void for_each_text(Check check) {
  for (const Locale locale : locales()) {
    for (const auto& [path, text] : catalogue(locale).all()) {
      CAPTURE(locale.tag(), path);
      check(locale, path, text);
    }
  }
}

// The texts that templates name, as paths; `unknown` gets what no catalogue has.
std::set<std::string> used_texts(std::set<std::string>& unknown) {
  std::set<std::string> used;
  const std::set<std::string> all = names(Locale());
  // What a part names is named by each page that includes it.
  const std::function<void(std::string_view, const std::string&)> look =
      [&](std::string_view file, const std::string& section) {
        const std::string_view source = builtin_file(file);
        for (auto tag = next_tag(source, 0); tag; tag = next_tag(source, tag->end)) {
          if (!tag->contents.starts_with("> ")) continue;
          const std::string key(tag->contents.substr(2));
          if (key == "lang" || key == "body" || key == "foot" || key == "subject_line") continue;
          if (std::find(kPageParts.begin(), kPageParts.end(), key) != kPageParts.end()) {
            look(part_file(key), section);
            continue;
          }
          const bool is_own = all.contains(section + "." + key);
          const bool is_of_form = all.contains("form." + key);
          const std::string path =
              (is_own ? section : std::string(is_of_form ? "form" : "common")) + "." + key;
          (all.contains(path) ? used : unknown).insert(path);
          for (const char* shared : {"form.", "common."}) {
            if ((is_own || (is_of_form && shared != std::string("form."))) &&
                all.contains(shared + key)) {
              unknown.insert(shared + key + " is hidden");
            }
          }
        }
      };
  for (const auto page : kPageNames) {
    look(kPageLayout, "page." + std::string(page));
    look(page_file(page), "page." + std::string(page));
  }
  for (const auto kind : kMailKinds) {
    look(kMailLayout, "mail." + std::string(kind));
    for (const auto* part : {"subject", "text", "html"}) {
      look(mail_file(kind, part), "mail." + std::string(kind));
    }
    for (const auto foot : {kMailFootText, kMailFootHtml}) look(foot, "mail." + std::string(kind));
  }
  return used;
}

}  // namespace

TEST_CASE("catalogues: every language has every text", "[render]") {
  const std::set<std::string> wanted = names(Locale());
  for (const Locale locale : locales()) {
    CAPTURE(locale.tag());
    const std::set<std::string> there = names(locale);
    for (const auto& name : wanted) {
      CAPTURE(name);
      CHECK(there.contains(name));
    }
    for (const auto& name : there) {
      CAPTURE(name);
      CHECK(wanted.contains(name));
    }
  }
}

TEST_CASE("catalogues: what templates and the program name is there, and nothing else is",
          "[render]") {
  std::set<std::string> unknown;
  std::set<std::string> used = used_texts(unknown);
  for (const auto& name : unknown) {
    CAPTURE(name);
    CHECK(false);
  }
  for (const auto name : kEnumNames<Phrase>) used.insert("phrase." + std::string(name));
  for (const char* name : {"common.open_quote", "common.close_quote"}) used.insert(name);
  for (const auto& name : names(Locale())) {
    CAPTURE(name);
    CHECK((used.contains(name) || name.starts_with("time.")));
  }
}

TEST_CASE("catalogues: a text has the same values, sections and markup in each language",
          "[render]") {
  for (const auto& name : names(Locale())) {
    if (name.starts_with("time.")) continue;
    const auto wanted = marks_at(Locale(), name);
    for (const Locale locale : locales()) {
      CAPTURE(locale.tag(), name);
      CHECK(marks_at(locale, name) == wanted);
    }
  }
}

TEST_CASE("catalogues: plural texts have the forms that their language needs", "[render]") {
  for_each_text([](Locale locale, const std::string& path, const std::string&) {
    const Texts& texts = catalogue(locale).all();
    if (!path.ends_with(".count")) return;
    const std::string base = path.substr(0, path.rfind('.'));
    CHECK(texts.contains(base + ".one"));
    CHECK(texts.contains(base + ".other"));
    CHECK(texts.at(path) == catalogue(Locale()).all().at(path));
    for (auto form = texts.lower_bound(base + "."); form != texts.end(); ++form) {
      if (!form->first.starts_with(base + ".")) break;
      const std::string name = form->first.substr(base.size() + 1);
      CHECK((name == "count" || name == "one" || name == "many" || name == "other"));
    }
  });
}

TEST_CASE("catalogues: markup is closed, and there is none but what is known", "[render]") {
  for_each_text([](Locale locale, const std::string& path, const std::string& text) {
    if (is_free(path) || path.ends_with(".count")) return;
    const std::string words = shown(text);
    for (const char mark : {'*', '_'}) {
      CHECK(std::count(words.begin(), words.end(), mark) % 2 == 0);
    }
    CHECK(std::count(words.begin(), words.end(), '[') ==
          std::count(words.begin(), words.end(), ']'));
    for (const char* foreign : {"<", "&", "\n", "{", "}", "`", "..."}) {
      CAPTURE(foreign);
      CHECK_FALSE(has(words, foreign));
    }
    CHECK_FALSE(has(text, "  "));
    CHECK(text == trim_ascii(text));
    CHECK_NOTHROW(to_mustache(text, locale, Medium::page));
  });
}

TEST_CASE("catalogues: no text is much longer than the Spanish", "[render]") {
  for_each_text([](Locale, const std::string& path, const std::string& text) {
    const std::string* spanish = catalogue(Locale()).find(path);
    if (spanish == nullptr || is_free(path)) return;
    const auto bound =
        std::max(characters(shown(*spanish)) * 16 / 10, characters(shown(*spanish)) + 16);
    CHECK(characters(shown(text)) <= bound);
    if (path.ends_with(".subject")) CHECK(characters(shown(text)) <= 60);
    if (path.ends_with("_button")) CHECK(characters(text) <= 30);
    if (path.ends_with(".title")) CHECK(characters(text) <= 60);
  });
}

TEST_CASE("catalogues: quotation marks and spaces are the language's own", "[render]") {
  const std::map<std::string_view, std::vector<const char*>> foreign{
      {"es", {"“", "”", "„"}},
      {"en", {"«", "»", "„"}},
      {"ca", {"“", "”", "„", "’", "l.l"}},
      {"pt", {"“", "”", "„"}},
      // Editors do not show which space stands there.
      {"fr", {"“", "”", "„", "'", " !", " ?", " ;", " :", " »", "« "}},
      {"de", {"«", "»", "”"}},
  };
  for_each_text([&](Locale locale, const std::string& path, const std::string& text) {
    if (is_free(path) || path.ends_with(".count") || path.starts_with("time.")) return;
    for (const char* mark : foreign.at(locale.tag())) {
      CAPTURE(mark);
      CHECK_FALSE(has(shown(text), mark));
    }
    if (locale.tag() != "fr") return;
    // Before these stands a no-break space, a narrow one or the end of a tag, and never a letter.
    const std::string words = shown(text);
    for (auto at = words.find_first_of("!?;:"); at != std::string::npos;
         at = words.find_first_of("!?;:", at + 1)) {
      const std::string before = words.substr(0, at);
      const bool is_spaced = before.ends_with("\u00a0") || before.ends_with("\u202f");
      CHECK(is_spaced);
    }
  });
}

TEST_CASE("catalogues: a text that is missing is told in Spanish", "[render]") {
  CHECK(Catalogue("[a]\nb = \"c\"\nlist = [\"x\", \"y\"]", "t").all() ==
        Texts{{"a.b", "c"}, {"a.list.1", "x"}, {"a.list.2", "y"}});
  CHECK_THROWS_AS(Catalogue("[a]\nb = 7", "t"), ConfigError);
  CHECK(text_at(Locale::of("en"), "page.verified.title") == "You are in!");
  // English has no other name for it.
  CHECK(text_at(Locale::of("en"), "cities.Europe/London") == "Londres");
  CHECK_THROWS_AS(text_at(Locale::of("en"), "page.verified.none"), std::logic_error);
}
