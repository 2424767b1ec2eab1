// A beacon is the source of a draw's outside randomness. It is chosen with the campaign, before
// anybody can know its value. Pure functions and values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "promotions/base/json.h"

namespace promotions {

enum class BeaconKind {
  none,          // "none": no outside randomness
  drand,         // "drand": a round of a drand chain
  public_source  // "public": something that everybody can look up, described in words
};

std::string_view to_text(BeaconKind kind);
std::optional<BeaconKind> parse_beacon_kind(std::string_view text);

struct Beacon {
  BeaconKind kind = BeaconKind::none;
  std::string source;      // public only: 1..500 bytes on one line
  std::string chain;       // drand only: the chain's hash, 64 lower-case hex; empty: not chosen yet
  std::int64_t round = 0;  // drand only; 0: not fixed yet
  friend bool operator==(const Beacon&, const Beacon&) = default;
};

// Writes the kind and the fields that belong to it, except those that are not fixed yet.
OrderedJson to_json(const Beacon& beacon);

struct BeaconProblem {
  std::string field;         // a field of the beacon; empty: the beacon itself
  std::string what;          // "expected …, found …"; or goes on from the field: "is missing"
  bool is_mismatch = false;  // `what` is of the first form
};
using BeaconReading = std::variant<Beacon, BeaconProblem>;

// Reads what to_json() writes, whether stored or published, and refuses everything else.
BeaconReading parse_beacon(const Json& json);

// Reads what an organiser may enter: the same, but without `round`, which only the seal fixes.
BeaconReading parse_beacon_choice(const Json& json);

// Is this a possible value of such a beacon? For none it is empty, for drand 64 lower-case hex, for
// a public source any text that is not empty and has no ASCII white space at either end.
bool is_beacon_value(BeaconKind kind, std::string_view value);

}  // namespace promotions
