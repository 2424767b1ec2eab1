// A beacon is the source of a draw's outside randomness. It is chosen with the campaign, before
// anybody can know its value. Pure functions and values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "promotions/base/clock.h"
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
  std::string source;      // public only: see is_beacon_source()
  std::string chain;       // drand only: the chain's hash, 64 lower-case hex; empty: not chosen yet
  std::int64_t round = 0;  // drand only; 0: not fixed yet
  std::string format{};    // public only: how the value is written, see format_problem()
  std::optional<Time> known_from{};  // public only: when the event happens, in whole seconds
  friend bool operator==(const Beacon&, const Beacon&) = default;
};

// What a beacon said.
struct BeaconAnswer {
  std::string value;
  std::string signature{};           // drand only: of the round, hexadecimal
  std::string previous_signature{};  // only of a known chain whose rounds are chained
};

// Writes the kind and the fields that belong to it, except those that are not fixed yet.
OrderedJson to_json(const Beacon& beacon);

struct BeaconProblem {
  std::string field;         // a field of the beacon; empty: the beacon itself
  std::string what;          // "expected …, found …"; or goes on from the field: "is missing"
  bool is_mismatch = false;  // `what` is of the first form
};
using BeaconReading = std::variant<Beacon, BeaconProblem>;

// Reads what to_json() writes, as it is stored, and refuses everything else.
BeaconReading parse_beacon(const Json& json);

// Reads the same as a seal publishes it: all that belongs to the kind is there.
BeaconReading parse_sealed_beacon(const Json& json);

// Reads what an organiser may enter: the same, but without `round`, which only the seal fixes. The
// source is kept in Unicode's normal form C, and `known_from` may have any offset.
BeaconReading parse_beacon_choice(const Json& json);

// Can this be a source? It has 1 to 500 characters, none of which is a control character or turns
// the direction of writing: what people see of it is what is there.
bool is_beacon_source(std::string_view text);

// How a public value is written: `9` stands for a digit, `A` for a capital letter A to Z, every
// other printable ASCII character for itself. So each outcome has one spelling. Returns what is
// wrong with `format`: it has 1 to 64 characters, no space at either end, and at least five `9` or
// `A`, for the value must not be known before. nullopt: nothing is.
std::optional<std::string> format_problem(std::string_view format);

// What is wrong with `value` as that of the beacon, whose form parse_sealed_beacon() takes; it
// names the first character that does not match a public one's format. nullopt: nothing is. For
// none the value is empty, for drand it is 64 lower-case hexadecimal digits.
std::optional<std::string> value_problem(const Beacon& beacon, std::string_view value);

}  // namespace promotions
