#include "promotions/domain/beacon.h"

#include <array>

#include "domain/json_text.h"
#include "promotions/base/encoding.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/sha256.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxSource = 500;
constexpr std::array kKinds{BeaconKind::none, BeaconKind::drand, BeaconKind::public_source};

BeaconProblem unexpected(const std::string& field, const std::string& expected, const Json& found) {
  return {field, "expected " + expected + ", found " + json_excerpt(found), true};
}

// Does a beacon of this kind have the field?
bool belongs(const std::string& field, BeaconKind kind, bool with_round) {
  if (field == "kind") return true;
  if (field == "source") return kind == BeaconKind::public_source;
  if (field == "chain") return kind == BeaconKind::drand;
  return field == "round" && kind == BeaconKind::drand && with_round;
}

std::optional<BeaconProblem> read_source(const Json& json, Beacon& beacon) {
  if (!json.contains("source")) return BeaconProblem{"source", "is missing", false};
  const Json& source = json["source"];
  const auto* text = source.get_ptr<const std::string*>();
  if (text == nullptr || is_blank(*text) || text->size() > kMaxSource || !is_one_line(*text)) {
    return unexpected("source", "1 to 500 bytes on one line", source);
  }
  beacon.source = *text;
  return std::nullopt;
}

// Reads the fields of drand; both may be absent.
std::optional<BeaconProblem> read_round(const Json& json, Beacon& beacon) {
  if (json.contains("chain")) {
    const Json& chain = json["chain"];
    const auto* text = chain.get_ptr<const std::string*>();
    if (text == nullptr || !parse_hash(*text)) {
      return unexpected("chain", "64 lower-case hexadecimal digits", chain);
    }
    beacon.chain = *text;
  }
  if (json.contains("round")) {
    const auto round = whole_number(json["round"]);
    if (!round || *round == 0) return unexpected("round", "a whole number above 0", json["round"]);
    beacon.round = *round;
  }
  return std::nullopt;
}

BeaconReading read(const Json& json, bool with_round) {
  if (!json.is_object()) return unexpected("", "an object", json);
  if (!json.contains("kind")) return BeaconProblem{"kind", "is missing", false};
  const auto* text = json["kind"].get_ptr<const std::string*>();
  const auto kind = text == nullptr ? std::nullopt : parse_beacon_kind(*text);
  if (!kind) return unexpected("kind", R"("none", "drand" or "public")", json["kind"]);
  // Unknown fields are refused: they could look as if they bound the draw to something.
  for (const auto& [field, value] : json.items()) {
    if (!belongs(field, *kind, with_round)) {
      return BeaconProblem{field_excerpt(field),
                           "does not belong to the kind \"" + std::string(to_text(*kind)) + "\"",
                           false};
    }
  }
  Beacon beacon;
  beacon.kind = *kind;
  std::optional<BeaconProblem> problem;
  if (*kind == BeaconKind::public_source) problem = read_source(json, beacon);
  if (*kind == BeaconKind::drand) problem = read_round(json, beacon);
  if (problem) return *problem;
  return beacon;
}

}  // namespace

std::string_view to_text(BeaconKind kind) {
  switch (kind) {
    case BeaconKind::none:
      return "none";
    case BeaconKind::drand:
      return "drand";
    case BeaconKind::public_source:
      return "public";
  }
  return "";
}

std::optional<BeaconKind> parse_beacon_kind(std::string_view text) {
  for (const BeaconKind kind : kKinds) {
    if (to_text(kind) == text) return kind;
  }
  return std::nullopt;
}

OrderedJson to_json(const Beacon& beacon) {
  OrderedJson json = {{"kind", to_text(beacon.kind)}};
  if (beacon.kind == BeaconKind::public_source) json["source"] = beacon.source;
  if (beacon.kind == BeaconKind::drand) {
    if (!beacon.chain.empty()) json["chain"] = beacon.chain;
    if (beacon.round != 0) json["round"] = beacon.round;
  }
  return json;
}

BeaconReading parse_beacon(const Json& json) {
  return read(json, true);
}

BeaconReading parse_beacon_choice(const Json& json) {
  return read(json, false);
}

bool is_beacon_value(BeaconKind kind, std::string_view value) {
  switch (kind) {
    case BeaconKind::none:
      return value.empty();
    case BeaconKind::drand:
      return parse_hash(value).has_value();
    case BeaconKind::public_source:
      return !value.empty() && trim_ascii(value) == value;
  }
  return false;
}

}  // namespace promotions
