#include "promotions/domain/terms.h"

#include "promotions/base/encoding.h"
#include "promotions/domain/canonical_json.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// The check value of the procedure.
constexpr char kPublished[] =
    R"({"at":"2026-11-24T12:00:00Z","closes_at":"2026-12-20T22:59:59Z",)"
    R"("contact_email":"ampa@example.org","description":"","minimum_age":18,)"
    R"("name":"Sorteo de Navidad","opens_at":null,"organizer":"AMPA Miguel Hernández",)"
    R"("prizes":[{"count":1,"name":"Cesta","value":"80 €"}],"rules_sha256":"","rules_url":"",)"
    R"("version":1})";

std::string problems_of(const std::string& text) {
  std::string lines;
  for (const RecordProblem& problem : read_terms(text).problems) {
    lines += problem.place + ": " + problem.what + "\n";
  }
  return lines;
}

// The published terms with one member changed, in their canonical text.
std::string altered(const std::string& pointer, const Json& value) {
  Json json = Json::parse(kPublished);
  json[Json::json_pointer(pointer)] = value;
  return canonical_json(json);
}

}  // namespace

TEST_CASE("Terms: the published check value", "[domain]") {
  const TermsReading reading = read_terms(kPublished);
  CHECK(problems_of(kPublished) == "");
  CHECK(reading.terms.organizer == "AMPA Miguel Hernández");
  CHECK(reading.terms.minimum_age == 18);
  REQUIRE(reading.terms.prizes.size() == 1);
  CHECK(reading.terms.prizes[0] == Prize{{"Cesta"}, 1, {"80 €"}});
  CHECK_FALSE(reading.terms.opens_at);
  CHECK(reading.terms.closes_at == reading.terms.at + std::chrono::seconds(2'285'999));
  CHECK(canonical_json(to_json(reading.terms)) == kPublished);
  CHECK(to_hex(hash_of(reading.terms)) ==
        "f13861f9a46095db388a79ae6798ecc92a8b7ca5b2a76c7284d23f5e8a913cc2");
}

TEST_CASE("Terms: a prize may be named in several languages", "[domain]") {
  const std::string text = altered("/prizes/0/name", {{"es", "Cesta"}, {"de", "Korb"}, {"fr", ""}});
  const TermsReading reading = read_terms(text);
  CHECK(reading.problems.empty());
  CHECK(canonical_json(to_json(reading.terms)) == text);
}

TEST_CASE("Terms: all else is refused with its place", "[domain]") {
  const std::vector<std::tuple<std::string, Json, std::string>> rows{
      {"/version", 0, "version: expected a whole number in 1..9007199254740991, found 0\n"},
      {"/version", 1.0, "version: expected a whole number in 1..9007199254740991, found 1.0\n"},
      {"/at", "2026-11-24T12:00:00.5Z",
       "at: expected a time such as 2026-12-24T18:00:00Z, found \"2026-11-24T12:00:00.5Z\"\n"},
      {"/at", "2026-11-24T12:00:00+00:00",
       "at: expected a time such as 2026-12-24T18:00:00Z, found \"2026-11-24T12:00:00+00:00\"\n"},
      {"/at", nullptr, "at: expected a time such as 2026-12-24T18:00:00Z, found null\n"},
      {"/opens_at", "", "opens_at: expected a time such as 2026-12-24T18:00:00Z, found \"\"\n"},
      {"/name", nullptr, "name: expected a string, found null\n"},
      {"/name", {{"es", "x"}}, "name: expected a string, found an object\n"},
      {"/name", "e\u0301", "name: is not in Unicode's normal form C: \"e\\u0301\"\n"},
      {"/rules_sha256", "abc",
       "rules_sha256: expected nothing, or 64 lower-case hexadecimal digits, found \"abc\"\n"},
      {"/rules_url", "https://example.org/",
       "rules_url: needs the rules' hash in rules_sha256 beside it\n"},
      {"/minimum_age", -1,
       "minimum_age: expected a whole number in 0..9007199254740991, found -1\n"},
      {"/prizes", nullptr, "prizes: expected an array, found null\n"},
      {"/prizes/0", "Cesta", "prizes[0]: expected an object, found \"Cesta\"\n"},
      {"/prizes/0/count", 0,
       "prizes[0].count: expected a whole number in 1..9007199254740991, found 0\n"},
      {"/prizes/0/name", Json::object(),
       "prizes[0].name: expected a string, or one for each of some languages, found an object\n"},
      {"/prizes/0/name", {{"it", "cesto"}}, "prizes[0].name.it: is no field of version 2\n"},
      {"/prizes/0/value", {{"es", 7}}, "prizes[0].value.es: expected a string, found 7\n"},
      {"/prizes/0/extra", 1, "prizes[0].extra: is no field of version 2\n"},
      {"/extra", 1, "extra: is no field of version 2\n"},
  };
  for (const auto& [pointer, value, problems] : rows) {
    std::string lines = problems_of(altered(pointer, value));
    const auto missing = lines.find("prizes[0].count: is missing");
    if (missing != std::string::npos) lines.erase(missing);
    CAPTURE(pointer, value);
    CHECK(lines == problems);
  }
  Json without = Json::parse(kPublished);
  without.erase("contact_email");
  CHECK(problems_of(canonical_json(without)) == "contact_email: is missing\n");
}

TEST_CASE("Terms: one text, and no other way of writing it", "[domain]") {
  const std::string text = kPublished;
  CHECK(problems_of(text + "\n") == "");
  CHECK(problems_of(text + "\n\n") == ": does not end with } and at most one line end\n");
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    return problems_of(changed.replace(changed.find(from), from.size(), to));
  };
  CHECK(replaced("\"at\":", "\"at\": ") == ": is not in its canonical form (RFC 8785) at byte 7\n");
  CHECK(replaced("á", "\\u00e1").find(": is not in its canonical form") == 0);
  CHECK(replaced("18", "1.8e1").find(": is not in its canonical form") == 0);
  CHECK(replaced("18", "-0").find(": is not in its canonical form") == 0);
  CHECK(replaced("\"version\":1", "\"version\":1,\"version\":1") ==
        ": has the field \"version\" twice\n");
}

TEST_CASE("Terms: they are made of a campaign's settings, in whole seconds and NFC", "[domain]") {
  Campaign campaign;
  campaign.settings.name = "Rifa de oton\u0303o";
  campaign.settings.description = "Una cesta";
  campaign.settings.organizer = "AMPA";
  campaign.settings.contact_email = "ampa@example.org";
  campaign.settings.minimum_age = 18;
  campaign.settings.rules = "Art. 1\n";
  campaign.settings.prizes = {{{"", {{"es", "Coche"}}}, 1, {"9000 €"}}};
  campaign.settings.closes_at = Time(Millis{1'798'000'000'999});
  const Terms terms = terms_of(campaign, 3, Time(Millis{1'797'000'000'999}));
  CHECK(terms.version == 3);
  CHECK(terms.name == "Rifa de oto\u00F1o");
  CHECK(terms.description == "Una cesta");
  CHECK(terms.organizer == "AMPA");
  CHECK(terms.contact_email == "ampa@example.org");
  CHECK(terms.minimum_age == 18);
  CHECK(terms.rules_url == "");
  CHECK(terms.rules_sha256 == to_hex(sha256("Art. 1\n")));
  CHECK(terms.prizes == campaign.settings.prizes);
  CHECK(terms.at == Time(std::chrono::seconds(1'797'000'000)));
  CHECK(terms.closes_at == Time(std::chrono::seconds(1'798'000'000)));
  CHECK(read_terms(canonical_json(to_json(terms))).terms == terms);
}
