#include "promotions/domain/beacon.h"

#include "support/catch.h"

using namespace promotions;

namespace {

const std::string kChain(64, 'c');

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
      {R"({"kind":"public","source":" "})",
       R"(source: expected 1 to 500 bytes on one line, found " ")"},
      {R"({"kind":"public","source":"a\nb"})",
       R"(source: expected 1 to 500 bytes on one line, found "a\nb")"},
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
  const Json longest = {{"kind", "public"}, {"source", std::string(500, 'x')}};
  CHECK(problem_of(parse_beacon(longest)).empty());
  const Json longer = {{"kind", "public"}, {"source", std::string(501, 'x')}};
  CHECK(problem_of(parse_beacon(longer)).find("source: expected") == 0);
}

TEST_CASE("Beacon: an organiser does not choose the round", "[domain]") {
  CHECK(problem_of(parse_beacon_choice({{"kind", "drand"}, {"chain", kChain}})).empty());
  CHECK(problem_of(parse_beacon_choice({{"kind", "drand"}, {"round", 5}})) ==
        R"(round: does not belong to the kind "drand")");
}

TEST_CASE("Beacon: each kind has its form of value", "[domain]") {
  CHECK(is_beacon_value(BeaconKind::none, ""));
  CHECK_FALSE(is_beacon_value(BeaconKind::none, "0"));
  CHECK(is_beacon_value(BeaconKind::drand, kChain));
  CHECK_FALSE(is_beacon_value(BeaconKind::drand, kChain + "0"));
  CHECK_FALSE(is_beacon_value(BeaconKind::drand, ""));
  CHECK(is_beacon_value(BeaconKind::public_source, "3 14 15 92"));
  CHECK_FALSE(is_beacon_value(BeaconKind::public_source, " 3 14"));
  CHECK_FALSE(is_beacon_value(BeaconKind::public_source, "3 14\n"));
  CHECK_FALSE(is_beacon_value(BeaconKind::public_source, ""));
}
