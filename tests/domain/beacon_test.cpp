#include "promotions/domain/beacon.h"

#include "support/catch.h"

using namespace promotions;

namespace {

const std::string kChain(64, 'c');

Beacon lottery(const std::string& format = "99999") {
  Beacon beacon{BeaconKind::public_source, "lotería", "", 0};
  beacon.format = format;
  beacon.known_from = Time(std::chrono::seconds(1'798'000'000));
  return beacon;
}

Json lottery_json() {
  return Json(to_json(lottery()));
}

Json with(Json json, const std::string& name, const Json& value) {
  json[name] = value;
  return json;
}

std::string problem_of(const BeaconReading& reading) {
  const auto* problem = std::get_if<BeaconProblem>(&reading);
  return problem == nullptr ? "" : problem->field + ": " + problem->what;
}

}  // namespace

TEST_CASE("Beacon: what is written is read back, with only what belongs to its kind", "[domain]") {
  const std::vector<std::pair<Beacon, std::string>> rows{
      {{}, R"({"kind":"none"})"},
      {{BeaconKind::drand, "", "", 0}, R"({"kind":"drand"})"},
      {{BeaconKind::drand, "", kChain, 0}, R"({"kind":"drand","chain":")" + kChain + "\"}"},
      {{BeaconKind::drand, "", kChain, 17},
       R"({"kind":"drand","chain":")" + kChain + R"(","round":17})"},
      {{BeaconKind::public_source, "lotería", "", 0}, R"({"kind":"public","source":"lotería"})"},
      {lottery(),
       R"({"kind":"public","source":"lotería","format":"99999","known_from":"2026-12-23T04:26:40Z"})"},
  };
  for (const auto& [beacon, text] : rows) {
    CHECK(to_json(beacon).dump() == text);
    const BeaconReading reading = parse_beacon(Json::parse(text));
    CAPTURE(text, problem_of(reading));
    REQUIRE(std::holds_alternative<Beacon>(reading));
    CHECK(std::get<Beacon>(reading) == beacon);
  }
}

TEST_CASE("Beacon: everything else is refused with its field", "[domain]") {
  const std::vector<std::pair<std::string, std::string>> rows{
      {"7", ": expected an object, found 7"},
      {"{}", "kind: is missing"},
      {R"({"kind":"Drand"})", R"(kind: expected "none", "drand" or "public", found "Drand")"},
      {R"({"kind":null})", R"(kind: expected "none", "drand" or "public", found null)"},
      {R"({"kind":"none","source":"x"})", R"(source: does not belong to the kind "none")"},
      {R"({"kind":"none","x\n":1})", R"("x\n": does not belong to the kind "none")"},
      {R"({"kind":"public","source":"x","round":1})",
       R"(round: does not belong to the kind "public")"},
      {R"({"kind":"public"})", "source: is missing"},
      {R"({"kind":"public","source":""})",
       R"(source: expected 1 to 500 characters on one line, found "")"},
      {R"({"kind":"public","source":"x","format":"9999"})",
       "format: leaves too few outcomes; expected at least five of 9 (a digit) and A (a capital"
       " letter)"},
      {R"({"kind":"public","source":"x","known_from":"2026-12-22"})",
       R"(known_from: expected a time such as 2026-12-22T09:00:00Z, found "2026-12-22")"},
      {R"({"kind":"drand","chain":"ABC"})",
       R"(chain: expected 64 lower-case hexadecimal digits, found "ABC")"},
      {R"({"kind":"drand","round":0})", "round: expected a whole number above 0, found 0"},
      {R"({"kind":"drand","round":-1})", "round: expected a whole number above 0, found -1"},
      {R"({"kind":"drand","round":1.5})", "round: expected a whole number above 0, found 1.5"},
      {R"({"kind":"drand","round":true})", "round: expected a whole number above 0, found true"},
  };
  for (const auto& [text, problem] : rows) {
    CAPTURE(text);
    CHECK(problem_of(parse_beacon(Json::parse(text))) == problem);
  }
}

TEST_CASE("Beacon: in a seal all that belongs to the kind is there", "[domain]") {
  CHECK(problem_of(parse_sealed_beacon({{"kind", "none"}})).empty());
  CHECK(problem_of(parse_sealed_beacon(lottery_json())).empty());
  for (const char* field : {"source", "format", "known_from"}) {
    Json without = lottery_json();
    without.erase(field);
    CHECK(problem_of(parse_sealed_beacon(without)) == std::string(field) + ": is missing");
  }
  CHECK(problem_of(parse_sealed_beacon({{"kind", "drand"}, {"round", 7}})) == "chain: is missing");
  CHECK(problem_of(parse_sealed_beacon({{"kind", "drand"}, {"chain", kChain}})) ==
        "round: is missing");
  const std::int64_t most = 9'007'199'254'740'991;
  Json drand{{"kind", "drand"}, {"chain", kChain}, {"round", most}};
  CHECK(problem_of(parse_sealed_beacon(drand)).empty());
  drand["round"] = most + 1;
  CHECK(problem_of(parse_sealed_beacon(drand)).find("round: expected a whole number") == 0);
  CHECK(problem_of(
            parse_sealed_beacon(with(lottery_json(), "known_from", "2026-12-22T10:00:00+01:00")))
            .find("known_from: expected a time") == 0);
}

TEST_CASE("Beacon: a source is 1 to 500 characters, none of which deceives", "[domain]") {
  CHECK(is_beacon_source("x"));
  CHECK_FALSE(is_beacon_source(""));
  std::string longest;
  for (int i = 0; i < 500; ++i) longest += "ñ";
  CHECK(is_beacon_source(longest));
  CHECK_FALSE(is_beacon_source(longest + "x"));
  CHECK_FALSE(is_beacon_source("\xFF"));
  for (const char* deceptive : {"\n", "\x7F", "\u0085", "\u009F", "\u061C", "\u200E", "\u200F",
                                "\u202A", "\u202E", "\u2066", "\u2069"}) {
    CHECK_FALSE(is_beacon_source(std::string("a") + deceptive + "b"));
  }
  for (const char* harmless : {"~", "\u00A0", "\u061B", "\u200D", "\u2010", "\u202F", "\u206A"}) {
    CHECK(is_beacon_source(std::string("a") + harmless + "b"));
  }
}

TEST_CASE("Beacon: an organiser does not choose the round", "[domain]") {
  CHECK(problem_of(parse_beacon_choice({{"kind", "drand"}, {"chain", kChain}})).empty());
  CHECK(problem_of(parse_beacon_choice({{"kind", "drand"}, {"round", 5}})) ==
        R"(round: does not belong to the kind "drand")");
}

TEST_CASE("Beacon: an organiser says how a public value is written and when it is known",
          "[domain]") {
  CHECK(problem_of(parse_beacon_choice(lottery_json())).empty());
  CHECK(problem_of(parse_beacon_choice({{"kind", "public"}, {"source", "x"}})) ==
        "format: is missing");
  for (const char* source : {" ", "\u200B", "a\u2028b", "a\u0378"}) {
    CHECK(problem_of(parse_beacon_choice(with(lottery_json(), "source", source)))
              .find("source: expected 1 to 500 characters on one line") == 0);
  }
  const auto read = parse_beacon_choice(with(with(lottery_json(), "source", "loteri\u0301a"),
                                             "known_from", "2026-12-23T05:26:40+01:00"));
  CAPTURE(problem_of(read));
  REQUIRE(std::holds_alternative<Beacon>(read));
  CHECK(std::get<Beacon>(read) == lottery());
  CHECK(
      problem_of(parse_beacon_choice(with(lottery_json(), "known_from", "2026-12-23T05:26:40.5Z")))
          .find("known_from: expected a time") == 0);
}

TEST_CASE("Beacon: a format leaves outcomes open, in printable ASCII", "[domain]") {
  for (const char* good : {"99999", "AAAAA", "9A9A9", "9 9 9 9 9", "a-99999~"}) {
    CAPTURE(good);
    CHECK_FALSE(format_problem(good));
  }
  CHECK_FALSE(format_problem(std::string(64, '9')));
  CHECK(format_problem(std::string(65, '9')) == "has 65 bytes, expected 1 to 64");
  CHECK(format_problem("") == "has 0 bytes, expected 1 to 64");
  CHECK(format_problem(" 99999") == "has a space at an end");
  CHECK(format_problem("99999 ") == "has a space at an end");
  CHECK(format_problem("999\t99") == "byte 4 is no printable ASCII character");
  CHECK(format_problem("99999ñ") == "byte 6 is no printable ASCII character");
  CHECK(format_problem("9999 x")->find("leaves too few outcomes") == 0);
}

TEST_CASE("Beacon: each kind has its form of value", "[domain]") {
  CHECK_FALSE(value_problem({}, ""));
  CHECK(value_problem({}, "0") == R"(expected nothing, found "0")");
  const Beacon drand{BeaconKind::drand, "", kChain, 7};
  CHECK_FALSE(value_problem(drand, kChain));
  CHECK(value_problem(drand, kChain + "0"));
  CHECK(value_problem(drand, ""));
  CHECK_FALSE(value_problem(lottery("99-999 A"), "48-501 Z"));
}

TEST_CASE("Beacon: the first character that does not match the format is named", "[domain]") {
  const auto problem = [](const std::string& value) {
    return value_problem(lottery("999-99 A"), value).value_or("none");
  };
  const std::string format = R"( (format "999-99 A"))";
  CHECK(problem("123-45 Q") == "none");
  CHECK(problem("12") == "character 3 is missing, expected a digit" + format);
  CHECK(problem("") == "character 1 is missing, expected a digit" + format);
  CHECK(problem("123 45 Q") == R"(character 4 is " ", expected "-")" + format);
  CHECK(problem("12x-45 q") == R"(character 3 is "x", expected a digit)" + format);
  CHECK(problem("123-45 q") == R"(character 8 is "q", expected a capital letter A to Z)" + format);
  CHECK(problem("123-45 Q ") == "character 9 is one too many" + format);
  CHECK(problem("123-45 Q\u200B") == "character 9 is one too many" + format);
  // Digits of another script, and what cannot be seen.
  CHECK(problem("1\u06623-45 Q") == R"(character 2 is "\u0662", expected a digit)" + format);
  CHECK(problem("\u200B123-45 Q") == R"(character 1 is "\u200b", expected a digit)" + format);
  CHECK(problem("12\xFF") == R"(character 3 is "\ufffd", expected a digit)" + format);
}
