// What a sign-up consents to, in the language in which it was shown.
#include "promotions/domain/consent.h"

#include "promotions/base/encoding.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kThen{Millis{1'790'000'000'000}};
const Locale kSpanish = Locale::of("es");
const Locale kEnglish = Locale::of("en");
const Locale kGerman = Locale::of("de");

EntryField consent(const std::string& name, TranslatedText text) {
  return {.name = name, .type = FieldType::consent, .label = {}, .text = std::move(text)};
}

const TranslatedText kNews{"", {{"en", "I want news"}, {"es", "Quiero novedades"}}};

}  // namespace

TEST_CASE("consent: is of the text in the language that was shown", "[domain]") {
  const auto given = [](const TranslatedText& text, Locale reader) {
    return consents_in({consent("news", text)}, {{"news", true}}, reader, kSpanish, kThen);
  };
  CHECK(given(kNews, kEnglish) == Consents{{"news", sha256("I want news"), "en", kThen}});
  // German is not there: the campaign's language was shown.
  CHECK(given(kNews, kGerman) == Consents{{"news", sha256("Quiero novedades"), "es", kThen}});
  CHECK(given({"", {{"ca", "Vull novetats"}, {"fr", "Je veux"}}}, kGerman) ==
        Consents{{"news", sha256("Vull novetats"), "ca", kThen}});
  // One text for all: as the form was.
  CHECK(given({"Ñ €"}, kGerman) == Consents{{"news", sha256("Ñ €"), "de", kThen}});
  CHECK(to_hex(given({"abc"}, kSpanish)[0].text) ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");  // FIPS 180-4
}

TEST_CASE("consent: only ticked fields of that type count, in the order of the form", "[domain]") {
  const std::vector<EntryField> fields{
      consent("b", {"B"}),
      {.name = "box", .type = FieldType::checkbox, .label = {"Box"}},
      consent("a", {"A"}),
      consent("c", {"C"}),
      consent("d", {"D"})};
  const Consents consents = consents_in(
      fields, {{"a", true}, {"b", true}, {"box", true}, {"c", false}}, kEnglish, kSpanish, kThen);
  REQUIRE(consents.size() == 2);
  CHECK(consents[0].field == "b");
  CHECK(consents[1].field == "a");
}

TEST_CASE("consent: two agree if they say the same, whenever they were given", "[domain]") {
  const Consents one{{"news", sha256("A"), "es", kThen}};
  Consents other = one;
  other[0].given_at += Millis{1};
  CHECK(agree(one, other));
  CHECK_FALSE(agree(one, {}));
  CHECK_FALSE(agree({}, one));
  other[0].text = sha256("B");
  CHECK_FALSE(agree(one, other));
  other = one;
  other[0].locale = "en";
  CHECK_FALSE(agree(one, other));
  other = one;
  other[0].field = "more";
  CHECK_FALSE(agree(one, other));
}

TEST_CASE("consent: every wording is a text to keep", "[domain]") {
  CHECK(consent_texts({{.name = "box", .type = FieldType::checkbox, .label = {"Box"}},
                       consent("news", kNews),
                       consent("more", {"More"})}) ==
        std::vector<std::string>{"I want news", "Quiero novedades", "More"});
}

TEST_CASE("consent: the stored form comes back, and nothing else passes for it", "[domain]") {
  const Consents consents{{"news", sha256("A"), "es", kThen}, {"more", sha256("B"), "en", kThen}};
  CHECK(read_consents(to_stored(consents)) == consents);
  CHECK(to_stored({{"n", sha256("abc"), "es", Time{Millis{7}}}}) ==
        R"([{"field":"n","given_at":7,"locale":"es",)"
        R"("text":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}])");
  for (const char* wrong : {"", "{", "[1]", R"([{"field":"n"}])",
                            R"([{"field":"n","given_at":7,"locale":"es","text":"ba78"}])"}) {
    CAPTURE(wrong);
    CHECK_THROWS(read_consents(wrong));
  }
}
