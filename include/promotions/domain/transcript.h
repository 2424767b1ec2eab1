// The records that a campaign publishes about its draw: the seal, before any outside randomness is
// known, and the transcript, afterwards. Neither contains personal data. Values and pure functions.
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
#include "promotions/domain/sha256.h"

namespace promotions {

struct Seal {
  std::string campaign;  // slug
  std::uint64_t entrants = 0;
  Hash root{};  // of the entrants' leaves in ascending order of their tickets
  int winners = 0;
  int alternates = 0;
  Hash commitment{};
  Time sealed_at;
  Beacon beacon;
  std::int64_t excluded = 0;      // verified, but on the exclusion list, and so no entrants
  std::int64_t disqualified = 0;  // disqualified before the seal, and so no entrants
};

struct DrawnEntry {
  int position = 0;  // 1, 2, 3, … in the order drawn, winners first
  bool winner = false;
  std::uint64_t index = 0;  // of the entrant, and so of its leaf
  std::int64_t ticket = 0;
  Hash leaf{};
};

// Why somebody who was drawn lost the place. Version 1 publishes every kind as "disqualified", with
// a reason in words.
enum class DrawEventKind {
  disqualified,  // by the organiser
  not_claimed,   // the time to claim the prize was over
  unreachable,   // the same, and the winner's mail had never gone out
};
std::string_view to_text(DrawEventKind kind);
std::optional<DrawEventKind> parse_draw_event_kind(std::string_view text);

// A position lost its prize, or its chance to get one if it was a waiting alternate.
struct DrawEvent {
  Time at;
  int position = 0;  // who lost it
  std::string reason;
  std::optional<int> promoted;  // who got the prize: the first waiting alternate, if any
  DrawEventKind kind = DrawEventKind::disqualified;
};

struct Transcript {
  Seal seal;
  Secret secret{};
  std::string value;  // of the beacon
  Seed seed{};
  std::vector<DrawnEntry> drawn;
  std::vector<DrawEvent> events;
};

// Version 1, with the fields in the documented order.
OrderedJson to_json(const Seal& seal);
OrderedJson to_json(const Transcript& transcript);  // with its digest

// SHA-256 of the transcript without its field `digest`, as canonical JSON (RFC 8785; all our
// numbers are integers). It covers what no other hash does, such as times and reasons.
Hash digest_of(const Json& transcript);

}  // namespace promotions
