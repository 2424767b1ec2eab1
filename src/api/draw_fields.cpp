#include "api/draw_fields.h"

#include <chrono>
#include <set>

#include "api/field_values.h"
#include "promotions/domain/email_address.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxWitnesses = 100;
constexpr std::size_t kMaxExclusions = 1000;
constexpr DurationRange kDrawDelay{std::chrono::seconds(0), std::chrono::hours(24 * 7), "30s"};
constexpr DurationRange kClaimWithin{std::chrono::minutes(1), std::chrono::hours(24 * 365), "7d"};

bool is_list(FieldReader& errors, const char* field, const Json& value, std::size_t most) {
  if (!value.is_array()) {
    errors.wrong(field, "wrong_type", "must be an array");
    return false;
  }
  if (value.size() > most) {
    errors.wrong(field, "out_of_range", "must have at most " + std::to_string(most) + " elements");
    return false;
  }
  return true;
}

std::string element(const char* field, std::size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

}  // namespace

void read_beacon(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  const BeaconReading reading = parse_beacon_choice(value);
  if (const auto* problem = std::get_if<BeaconProblem>(&reading)) {
    errors.wrong(problem->field.empty() ? "beacon" : "beacon." + problem->field, "invalid",
                 problem->is_mismatch ? "is wrong: " + problem->what : problem->what);
    return;
  }
  settings.beacon = std::get<Beacon>(reading);
}

void read_draw_delay(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  read_duration(errors, "draw_delay", value, kDrawDelay, settings.draw_delay);
}

void read_claim_within(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  read_duration(errors, "claim_within", value, kClaimWithin, settings.claim_within);
}

void read_witnesses(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  if (!is_list(errors, "witnesses", value, kMaxWitnesses)) return;
  std::vector<std::string> witnesses;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string field = element("witnesses", i);
    const std::string* text = text_value(errors, field, value[i]);
    if (text == nullptr) continue;
    const auto email = EmailAddress::parse(*text);
    if (!email) {
      errors.wrong(field, "invalid", "must be an e-mail address");
    } else if (!keys.insert(email->key()).second) {
      errors.wrong(field, "duplicate", "is in the list already");
    } else {
      witnesses.push_back(email->text());
    }
  }
  settings.witnesses = std::move(witnesses);
}

void read_exclusions(FieldReader& errors, const Json& value, CampaignSettings& settings) {
  if (!is_list(errors, "exclusions", value, kMaxExclusions)) return;
  std::vector<std::string> exclusions;
  std::set<std::string> known;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const std::string field = element("exclusions", i);
    const std::string* text = text_value(errors, field, value[i]);
    if (text == nullptr) continue;
    const auto exclusion = parse_exclusion(*text);
    if (!exclusion) {
      errors.wrong(field, "invalid", "must be an e-mail address or a domain, as example.org");
    } else if (known.insert(*exclusion).second) {
      exclusions.push_back(*exclusion);
    }
  }
  settings.exclusions = std::move(exclusions);
}

}  // namespace promotions
