// The options that say what is promised in public: bounds, refusals, and what depends on what.
#include <algorithm>

#include "promotions/domain/campaign_options.h"
#include "promotions/domain/stored_settings.h"
#include "support/catch.h"
#include "support/samples.h"

using namespace promotions;

namespace {

constexpr MailTemplateRules kNoMails{
    [](std::string_view) { return false; },
    [](std::string_view, std::string_view) -> std::optional<MailTemplateRules::Fault> {
      return std::nullopt;
    }};

struct Reading {
  CampaignSettings settings;
  FieldErrors errors;
};

// As a new campaign is read.
Reading read(const Json& given, const CampaignSettings& before = sample_settings()) {
  Reading reading{before, {}};
  read_options(given, kNoMails, reading.settings, reading.errors, [](const std::string&) {});
  check_together(reading.settings, reading.errors);
  return reading;
}

CampaignSettings settings_of(const Json& given) {
  const Reading reading = read(given);
  for (const FieldError& error : reading.errors) FAIL(error.field + " " + error.detail);
  // Whatever is accepted comes back from the database as it was.
  CHECK(from_stored(to_stored(reading.settings)) == reading.settings);
  return reading.settings;
}

using Errors = std::vector<std::string>;

// "field code", sorted; empty if nothing is wrong.
Errors errors_of(const Json& given, const CampaignSettings& before = sample_settings()) {
  Errors errors;
  for (const FieldError& error : read(given, before).errors) {
    errors.push_back(error.field + " " + error.code);
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

// "field detail"
std::string refusal_of(const Json& given) {
  const FieldErrors errors = read(given).errors;
  return errors.empty() ? "" : errors.front().field + " " + errors.front().detail;
}

// After a PATCH, made to what is stored.
CampaignSettings changed(CampaignSettings stored, const Json& given) {
  CampaignSettings read_settings = stored;
  FieldErrors errors;
  read_options(given, kNoMails, read_settings, errors, [](const std::string&) {});
  CHECK(errors.empty());
  change_options(given, read_settings, stored);
  return stored;
}

const std::string kHash(64, '9');

Json prize(const Json& name, const Json& count) {
  return {{"name", name}, {"count", count}};
}

Json prizes(std::size_t number, int count = 1) {
  return Json(number, prize("Mug", count));
}

}  // namespace

TEST_CASE("terms: texts are stored in the one form in which they are hashed", "[domain]") {
  const auto settings = settings_of({{"name", "Nin\u0303o"},
                                     {"description", "uno\r\ndos\rtres\n\r\n"},
                                     {"organizer", "AMPA de A\u0301vila"},
                                     {"rules", "1. Bases\r\n\r\n2. Cafe\u0301\r\n"},
                                     {"prizes", {prize("Cafe\u0301", 1)}}});
  CHECK(settings.name == "Niño");
  CHECK(settings.description == "uno\ndos\ntres\n\n");
  CHECK(settings.organizer == "AMPA de Ávila");
  CHECK(settings.rules == "1. Bases\n\n2. Café\n");
  CHECK(settings.prizes.at(0).name.plain == "Café");
}

TEST_CASE("terms: a character that Unicode has not assigned is refused by its number", "[domain]") {
  for (const char* field : {"name", "description", "organizer", "rules", "from_name"}) {
    CHECK(refusal_of({{field, "a\u0378"}}) ==
          std::string(field) +
              " has the character U+0378, which Unicode has not assigned; leave it out");
  }
  CHECK(errors_of({{"prizes", {prize("\uFFFF", 1), prize({{"en", "\U000E0FFF"}}, 1)}}}) ==
        Errors{"prizes[0].name invalid", "prizes[1].name.en invalid"});
}

TEST_CASE("terms: who organises is one line, or nobody in particular", "[domain]") {
  for (const std::string& good :
       {std::string(), std::string("AMPA, CIF G-12"), std::string(500, 'n')}) {
    CHECK(settings_of({{"organizer", good}}).organizer == good);
  }
  for (const std::string& bad : {std::string("a\nb"), std::string(" "), std::string(501, 'n')}) {
    CHECK(errors_of({{"organizer", bad}}) == Errors{"organizer out_of_range"});
  }
  CHECK(errors_of({{"organizer", nullptr}}) == Errors{"organizer wrong_type"});
}

TEST_CASE("terms: the contact is an address, or none", "[domain]") {
  CHECK(settings_of({{"contact_email", " Info@EXAMPLE.org"}}).contact_email == "Info@example.org");
  CHECK(settings_of({{"contact_email", ""}}).contact_email.empty());
  CHECK(refusal_of({{"contact_email", "info"}}) ==
        "contact_email must be an e-mail address, or empty");
  CHECK(errors_of({{"contact_email", 7}}) == Errors{"contact_email wrong_type"});
}

TEST_CASE("terms: addresses of documents are https, and hide nothing", "[domain]") {
  for (const std::string& good :
       {std::string(), std::string("https://example.org"), std::string("https://EXAMPLE.org:8443/"),
        std::string("https://192.0.2.7/a"), std::string("https://xn--espaa-rta.example/%C3%B1"),
        std::string("https://example.org/a?b=c&d[]=e#f"),
        "https://example.org/" + std::string(1980, 'a')}) {
    CAPTURE(good);
    CHECK(settings_of({{"privacy_url", good}}).privacy_url == good);
  }
  for (const std::string& bad : {std::string("http://example.org"),
                                 std::string("HTTPS://example.org"),
                                 std::string("example.org"),
                                 std::string("https://"),
                                 std::string("https:///a"),
                                 std::string("https://-a.org"),
                                 std::string("https://a..org"),
                                 std::string("https://a_b.org"),
                                 std::string("https://example.org:0/"),
                                 std::string("https://example.org:65536"),
                                 std::string("https://example.org:/"),
                                 std::string("https://bank.example@evil.example/"),
                                 std::string("https://example.org/a b"),
                                 std::string("https://example.org/\""),
                                 std::string("https://example.org/<"),
                                 std::string("https://example.org/%zz"),
                                 std::string("https://example.org/%4"),
                                 std::string("https://example.org/ñ"),
                                 std::string("https://example.org\n"),
                                 std::string("javascript:alert(1)"),
                                 std::string("https://example.org/a\0", 22),
                                 "https://example.org/" + std::string(1981, 'a')}) {
    CAPTURE(bad);
    CHECK(errors_of({{"privacy_url", bad}}) == Errors{"privacy_url invalid"});
  }
  CHECK(refusal_of({{"privacy_url", "http://example.org"}}) ==
        "privacy_url must be an address of at most 2000 bytes, as https://example.org/a%20b, or "
        "empty");
}

TEST_CASE("terms: a minimum age is 0 to 120 years", "[domain]") {
  for (const int good : {0, 18, 120})
    CHECK(settings_of({{"minimum_age", good}}).minimum_age == good);
  for (const Json& bad : {Json(-1), Json(121)}) {
    CHECK(errors_of({{"minimum_age", bad}}) == Errors{"minimum_age out_of_range"});
  }
  CHECK(errors_of({{"minimum_age", "18"}}) == Errors{"minimum_age wrong_type"});
  CHECK(refusal_of({{"minimum_age", 121}}) == "minimum_age must be 0 to 120");
}

TEST_CASE("terms: the rules are a text, or an address with a hash", "[domain]") {
  const std::string longest(65536, 'r');
  CHECK(settings_of({{"rules", longest}}).rules == longest);
  CHECK(errors_of({{"rules", longest + "r"}}) == Errors{"rules out_of_range"});
  CHECK(errors_of({{"rules", std::string("a\0b", 3)}}) == Errors{"rules out_of_range"});
  const Json elsewhere{{"rules_url", "https://example.org/r"}, {"rules_sha256", kHash}};
  CHECK(settings_of(elsewhere).rules_sha256 == kHash);
  CHECK(
      settings_of({{"rules_url", "https://example.org/r"}, {"rules_sha256", std::string(64, 'A')}})
          .rules_sha256 == std::string(64, 'a'));
  for (const std::string& bad : {kHash + "9", std::string(63, '9'), std::string(64, 'g')}) {
    CHECK(errors_of({{"rules_url", "https://example.org/r"}, {"rules_sha256", bad}}) ==
          Errors{"rules_sha256 invalid", "rules_sha256 required"});
  }
}

TEST_CASE("terms: an address of rules needs their hash, a hash its address, a text neither",
          "[domain]") {
  const Json url{{"rules_url", "https://example.org/r"}};
  CHECK(errors_of(url) == Errors{"rules_sha256 required"});
  CHECK(errors_of({{"rules_sha256", kHash}}) == Errors{"rules_url required"});
  CHECK(errors_of({{"rules", "x"}, {"rules_url", "https://example.org/r"}}) ==
        Errors{"rules_url invalid"});
  CHECK(errors_of({{"rules", "x"}, {"rules_sha256", kHash}}) == Errors{"rules_sha256 invalid"});
  CHECK(refusal_of(url) ==
        "rules_sha256 is required with rules_url: the SHA-256 of the document there");
  // From a text to a document in one change.
  CampaignSettings settings = settings_of({{"rules", "x"}});
  settings = changed(
      settings, {{"rules", ""}, {"rules_url", "https://example.org/r"}, {"rules_sha256", kHash}});
  FieldErrors errors;
  check_together(settings, errors);
  CHECK(errors.empty());
}

TEST_CASE("terms: prizes have a name, a count and perhaps a value, by language if wished",
          "[domain]") {
  const Json given = {{{"name", "Car"}, {"count", 1}, {"value", "9000 €"}},
                      {{"name", {{"es", "Cesta"}, {"en", "Hamper"}}}, {"count", 2}}};
  const CampaignSettings settings = settings_of({{"prizes", given}});
  REQUIRE(settings.prizes.size() == 2);
  CHECK(settings.prizes[0].value.plain == "9000 €");
  CHECK(settings.prizes[1].name.by_language.at("en") == "Hamper");
  CHECK(settings.prizes[1].value.empty());
  CHECK(Json::parse(find_campaign_option("prizes")->value->show(settings).dump()) == given);
}

TEST_CASE("terms: whatever is wrong with a prize is named by its place", "[domain]") {
  const auto errors = [](const Json& one) { return errors_of({{"prizes", {one}}}); };
  CHECK(errors("Car") == Errors{"prizes[0] wrong_type"});
  CHECK(errors(Json::object()) == Errors{"prizes[0].count required", "prizes[0].name required"});
  CHECK(errors(prize("Car", 0)) == Errors{"prizes[0].count out_of_range"});
  CHECK(errors(prize("Car", 1001)) == Errors{"prizes[0].count out_of_range"});
  CHECK(errors(prize("Car", "1")) == Errors{"prizes[0].count wrong_type"});
  CHECK(errors(prize("Car", 1.0)) == Errors{"prizes[0].count wrong_type"});
  for (const Json& name : {Json(""), Json(" "), Json("a\nb"), Json(std::string(201, 'n'))}) {
    CHECK(errors(prize(name, 1)) == Errors{"prizes[0].name out_of_range"});
  }
  CHECK(errors(prize(nullptr, 1)) == Errors{"prizes[0].name wrong_type"});
  CHECK(errors(prize(Json::object(), 1)) == Errors{"prizes[0].name out_of_range"});
  CHECK(errors(prize({{"en", ""}, {"it", "Auto"}, {"es", 7}}, 1)) ==
        Errors{"prizes[0].name.en out_of_range", "prizes[0].name.es wrong_type",
               "prizes[0].name.it unknown_field"});
  Json odd = prize("Car", 1);
  odd["value"] = "";
  CHECK(errors(odd) == Errors{"prizes[0].value out_of_range"});
  odd["value"] = nullptr;
  CHECK(errors(odd) == Errors{"prizes[0].value wrong_type"});
  odd["value"] = "9 €";
  odd["colour"] = "red";
  CHECK(errors(odd) == Errors{"prizes[0].colour unknown_field"});
  CHECK(errors_of({{"prizes", nullptr}}) == Errors{"prizes wrong_type"});
  CHECK(refusal_of({{"prizes", {prize({{"it", "Auto"}}, 1)}}}) ==
        "prizes[0].name.it must be a language: es, en, ca, pt, fr or de");
}

TEST_CASE("terms: prizes end at 50, and at 1000 together", "[domain]") {
  CHECK(settings_of({{"prizes", prizes(50)}}).winners == 50);
  CHECK(errors_of({{"prizes", prizes(51)}}) == Errors{"prizes out_of_range"});
  CHECK(settings_of({{"prizes", prizes(2, 500)}}).winners == 1000);
  CHECK(refusal_of({{"prizes", prizes(3, 334)}}) ==
        "prizes must have counts that add up to 1000 at most");
}

TEST_CASE("terms: who lists prizes says how many win, and another number is refused", "[domain]") {
  const Json three = {{"prizes", prizes(3)}};
  CHECK(settings_of(three).winners == 3);
  CHECK(settings_of({{"prizes", prizes(3)}, {"winners", 3}}).winners == 3);
  const Json both = {{"prizes", prizes(3)}, {"winners", 2}};
  CHECK(errors_of(both) == Errors{"prizes out_of_range", "winners out_of_range"});
  CHECK(refusal_of(both) ==
        "winners must be 3, the sum of the counts of prizes, and not 2; change prizes alone, and "
        "it follows");
  const CampaignSettings settings = settings_of(three);
  CHECK(errors_of({{"winners", 4}}, settings) ==
        Errors{"prizes out_of_range", "winners out_of_range"});
  // A change is made to what is stored by now.
  CHECK(changed(settings, {{"prizes", prizes(2, 2)}}).winners == 4);
  CHECK(changed(settings, {{"prizes", Json::array()}}).winners == 3);
  CHECK(changed(settings, {{"prizes", Json::array()}, {"winners", 7}}).winners == 7);
}

TEST_CASE("terms: what is a term is what the public object has", "[domain]") {
  std::vector<std::string> terms;
  for (const CampaignOption& option : campaign_options()) {
    if (option.is_term) terms.push_back(option.name);
  }
  CHECK(terms == std::vector<std::string>{"name", "description", "organizer", "contact_email",
                                          "opens_at", "closes_at", "rules", "rules_url",
                                          "rules_sha256", "minimum_age", "prizes"});
}
