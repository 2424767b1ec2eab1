// What a campaign publishes about its draw: the seal before any outside randomness is known, the
// transcript afterwards. Neither holds personal data.
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
  std::int64_t excluded = 0;      // verified, but on the campaign's exclusion list: no entrants
  std::int64_t disqualified = 0;  // disqualified before the seal: no entrants
};

struct DrawnEntry {
  int position = 0;  // 1, 2, 3, … in the order drawn, winners first
  bool winner = false;
  std::uint64_t index = 0;  // of the leaf
  std::int64_t ticket = 0;
  Hash leaf{};
};

// Why a prize was taken back. Version 1 publishes each as "disqualified", with a reason in words.
enum class DrawEventKind {
  disqualified,  // by the organiser
  not_claimed,   // its time was over
  unreachable,   // so it was, and the winner's mail had not gone out
};
std::string_view to_text(DrawEventKind kind);
std::optional<DrawEventKind> parse_draw_event_kind(std::string_view text);

// A prize was taken back.
struct DrawEvent {
  Time at;
  int position = 0;  // whose prize it was
  std::string reason;
  std::optional<int>
      promoted;  // who has it now: the first alternate without a prize so far, if any
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

// With the fields in the documented order; version 1.
OrderedJson to_json(const Seal& seal);
OrderedJson to_json(const Transcript& transcript);  // its digest included

// SHA-256 over the transcript without its field `digest`, as canonical JSON (RFC 8785; all our
// numbers are integers): covers what nothing else does, such as times and reasons.
Hash digest_of(const Json& transcript);

}  // namespace promotions
