#include "promotions/domain/seal.h"

#include "domain/seal_reader.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/canonical_json.h"

namespace promotions {
namespace {

Beacon read_beacon(const Json* json, const std::string& path, RecordProblems& problems) {
  if (json == nullptr) return {};
  BeaconReading reading = parse_sealed_beacon(*json);
  if (const auto* problem = std::get_if<BeaconProblem>(&reading)) {
    problems.push_back(
        {problem->field.empty() ? path : path + "." + problem->field, problem->what});
    return {};
  }
  return std::get<Beacon>(std::move(reading));
}

}  // namespace

Json to_json(const Seal& seal) {
  return {{"version", 2},
          {"campaign", seal.campaign},
          {"terms", to_hex(seal.terms)},
          {"entrants", seal.entrants},
          {"root", to_hex(seal.root)},
          {"winners", seal.winners},
          {"alternates", seal.alternates},
          {"excluded", seal.excluded},
          {"disqualified", seal.disqualified},
          {"commitment", to_hex(seal.commitment)},
          {"draw_delay", std::to_string(seal.draw_delay.count()) + "s"},
          {"sealed_at", to_rfc3339(seal.sealed_at)},
          {"beacon", Json(to_json(seal.beacon))}};
}

Hash hash_of(const Seal& seal) {
  return hash_of_json(to_json(seal));
}

Seal read_seal_fields(RecordFields fields, RecordProblems& problems) {
  Seal seal;
  fields.version();
  seal.campaign = fields.text("campaign", "a campaign's slug", is_slug);
  seal.terms = fields.hash("terms");
  seal.entrants = fields.number("entrants", 1);
  seal.root = fields.hash("root");
  seal.winners = fields.number("winners", 1);
  seal.alternates = fields.number("alternates", 0);
  seal.excluded = fields.number("excluded", 0);
  seal.disqualified = fields.number("disqualified", 0);
  seal.commitment = fields.hash("commitment");
  seal.draw_delay = fields.duration("draw_delay");
  seal.sealed_at = fields.time("sealed_at");
  seal.beacon = read_beacon(fields.take("beacon"), fields.path("beacon"), problems);
  fields.no_others();
  return seal;
}

SealReading read_seal(std::string_view text) {
  SealReading reading;
  RecordReading record = read_record(text);
  reading.problems = std::move(record.problems);
  if (record.json.is_null()) return reading;
  reading.seal = read_seal_fields({&record.json, "", reading.problems}, reading.problems);
  return reading;
}

}  // namespace promotions
