// What an organiser promises in public: each change of it makes a new version, all of which are
// published, and a seal names the one in force by its hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/json.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/prize.h"
#include "promotions/domain/record_problem.h"
#include "promotions/domain/sha256.h"

namespace promotions {

// All texts are in Unicode's normal form C; those that there are not are empty.
struct Terms {
  std::int64_t version = 1;  // 1, 2, 3, … of one campaign
  Time at;                   // since when it is in force; whole seconds, like all times here
  std::string name;
  std::string description;
  std::string organizer;
  std::string contact_email;
  std::string rules_url;
  std::string rules_sha256;      // of the rules, 64 lower-case hexadecimal digits
  std::int64_t minimum_age = 0;  // in years; 0: none
  std::vector<Prize> prizes;     // winners take them in this order, `count` of each
  std::optional<Time> opens_at;
  std::optional<Time> closes_at;
  friend bool operator==(const Terms&, const Terms&) = default;
};

Json to_json(const Terms& terms);  // all members; dumped, it is the canonical text

// SHA-256 of the canonical JSON, by which receipts and seals name the terms.
Hash hash_of(const Terms& terms);

struct TermsReading {
  Terms terms;  // a field with a problem has its default here
  RecordProblems problems;
};

// Takes the canonical text of terms and nothing else.
TermsReading read_terms(std::string_view text);

// The terms that a campaign's settings make, as the `version` that is in force since `at`.
// Fractions of seconds are cut off.
Terms terms_of(const Campaign& campaign, std::int64_t version, Time at);

}  // namespace promotions
