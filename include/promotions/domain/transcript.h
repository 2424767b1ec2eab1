// The record that a campaign publishes after its draw. It contains no personal data but what the
// organiser wrote into terms and reasons. Values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/json.h"
#include "promotions/domain/beacon.h"
#include "promotions/domain/draw.h"
#include "promotions/domain/seal.h"
#include "promotions/domain/sha256.h"
#include "promotions/domain/terms.h"

namespace promotions {

struct DrawnEntry {
  std::int64_t position = 0;  // 1, 2, 3, … in the order drawn, winners first
  bool winner = false;
  std::int64_t index = 0;  // of the entrant, and so of its leaf
  std::int64_t ticket = 0;
  Hash key{};  // entrant_key(): with the ticket it makes the leaf
  Hash leaf{};
};

// Why somebody who was drawn lost the place.
enum class DrawEventKind {
  disqualified,  // by the organiser
  unclaimed,     // the time to claim the prize was over
  unreachable,   // whoever won it cannot be reached, or has withdrawn
};
std::string_view to_text(DrawEventKind kind);
std::optional<DrawEventKind> parse_draw_event_kind(std::string_view text);

// A position lost its prize, or its chance to get one if it was a waiting alternate.
struct DrawEvent {
  Time at;                               // whole seconds
  std::int64_t position = 0;             // who lost it
  std::string reason;                    // see is_event_reason()
  std::optional<std::int64_t> promoted;  // who got the prize: the first waiting alternate, if any
  DrawEventKind kind = DrawEventKind::disqualified;
};

// 1 to 500 characters, none of them a control character. It is public, so it names nobody.
bool is_event_reason(std::string_view text);

// What was secret until the draw.
struct Reveal {
  Secret secret{};
  std::string value;               // of the beacon
  std::string signature;           // drand only: hexadecimal; the value is its SHA-256
  std::string previous_signature;  // only of a chain whose rounds are chained
};

struct Transcript {
  Terms terms;
  Seal seal;
  Reveal reveal;
  Seed seed{};
  std::vector<DrawnEntry> drawn;
  std::vector<DrawEvent> events;
};

Json to_json(const Transcript& transcript);  // its digest included; dumped, the canonical text

// SHA-256 of the transcript without its field `digest`, as canonical JSON. It covers what no other
// hash does, such as times and reasons.
Hash digest_of(const Json& transcript);

}  // namespace promotions
