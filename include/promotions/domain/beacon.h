// Where a draw's outside randomness comes from. Fixed with the campaign, before anybody knows it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "promotions/base/json.h"

namespace promotions {

enum class BeaconKind {
  none,          // "none": nothing from outside
  drand,         // "drand": a round of a drand chain
  public_source  // "public": whatever everybody can look up, described in words
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

// The kind and what belongs to it, without what is not fixed yet.
OrderedJson to_json(const Beacon& beacon);

struct BeaconProblem {
  std::string field;         // of the beacon; empty: the beacon itself
  std::string what;          // "expected …, found …", or else what it does: "is missing"
  bool is_mismatch = false;  // something else was expected
};
using BeaconReading = std::variant<Beacon, BeaconProblem>;

// What to_json() writes, stored or published, and nothing else.
BeaconReading parse_beacon(const Json& json);

// What an organiser may enter: the same without `round`, which the seal fixes.
BeaconReading parse_beacon_choice(const Json& json);

// What the beacon may have said: nothing for none, 64 lower-case hex for drand; for a public source
// anything but white space at either end.
bool is_beacon_value(BeaconKind kind, std::string_view value);

}  // namespace promotions
