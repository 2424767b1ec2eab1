// The seal: all that a draw rests on, published before any randomness from outside is known.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"
#include "promotions/base/json.h"
#include "promotions/domain/beacon.h"
#include "promotions/domain/record_problem.h"
#include "promotions/domain/sha256.h"

namespace promotions {

struct Seal {
  std::string campaign;  // slug
  Hash terms{};          // hash_of() the terms in force
  std::int64_t entrants = 0;
  Hash root{};  // of the entrants' leaves in ascending order of their tickets
  std::int64_t winners = 0;
  std::int64_t alternates = 0;
  std::int64_t excluded = 0;      // verified, but on the campaign's exclusion list: no entrants
  std::int64_t disqualified = 0;  // disqualified before the seal: no entrants
  Hash commitment{};
  std::chrono::seconds draw_delay{0};  // from the seal to drand's round, at least
  Time sealed_at;                      // whole seconds
  Beacon beacon;                       // with its round
  friend bool operator==(const Seal&, const Seal&) = default;
};

Json to_json(const Seal& seal);  // all members; dumped, it is the canonical text

// SHA-256 of the canonical JSON: shown wherever the seal is, and what the draw's seed is made from.
Hash hash_of(const Seal& seal);

struct SealReading {
  Seal seal;  // a field with a problem has its default here
  RecordProblems problems;
};

// Takes the canonical text of a seal of version 2 and nothing else. Each field is judged for
// itself.
SealReading read_seal(std::string_view text);

}  // namespace promotions
