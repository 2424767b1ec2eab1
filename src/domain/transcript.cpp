#include "promotions/domain/transcript.h"

#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/canonical_json.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxReason = 500;  // characters

Json to_json(const DrawnEntry& entry) {
  return {{"position", entry.position}, {"role", entry.winner ? "winner" : "alternate"},
          {"index", entry.index},       {"ticket", entry.ticket},
          {"key", to_hex(entry.key)},   {"leaf", to_hex(entry.leaf)}};
}

Json to_json(const DrawEvent& event) {
  return {{"at", to_rfc3339(event.at)},
          {"kind", to_text(event.kind)},
          {"position", event.position},
          {"reason", event.reason},
          {"promoted", event.promoted ? Json(*event.promoted) : Json(nullptr)}};
}

Json to_json(const Reveal& reveal) {
  Json json = {{"secret", to_hex(reveal.secret)}, {"value", reveal.value}};
  if (!reveal.signature.empty()) json["signature"] = reveal.signature;
  if (!reveal.previous_signature.empty()) json["previous_signature"] = reveal.previous_signature;
  return json;
}

}  // namespace

std::string_view to_text(DrawEventKind kind) {
  switch (kind) {
    case DrawEventKind::disqualified:
      return "disqualified";
    case DrawEventKind::unclaimed:
      return "unclaimed";
    case DrawEventKind::unreachable:
      return "unreachable";
  }
  return "";
}

std::optional<DrawEventKind> parse_draw_event_kind(std::string_view text) {
  for (const DrawEventKind kind :
       {DrawEventKind::disqualified, DrawEventKind::unclaimed, DrawEventKind::unreachable}) {
    if (to_text(kind) == text) return kind;
  }
  return std::nullopt;
}

bool is_event_reason(std::string_view text) {
  std::size_t characters = 0;
  while (!text.empty()) {
    const char32_t c = take_code_point(text);
    if (c < 0x20 || (c >= 0x7F && c <= 0x9F) || ++characters > kMaxReason) return false;
  }
  return characters > 0;
}

Json to_json(const Transcript& transcript) {
  Json drawn = Json::array();
  for (const DrawnEntry& entry : transcript.drawn) drawn.push_back(to_json(entry));
  Json events = Json::array();
  for (const DrawEvent& event : transcript.events) events.push_back(to_json(event));
  Json json = {{"version", 2},
               {"terms", to_json(transcript.terms)},
               {"seal", to_json(transcript.seal)},
               {"reveal", to_json(transcript.reveal)},
               {"seed", to_hex(transcript.seed)},
               {"drawn", std::move(drawn)},
               {"events", std::move(events)}};
  json["digest"] = to_hex(digest_of(json));
  return json;
}

Hash digest_of(const Json& transcript) {
  // Json sorts its fields by their bytes. All our names are ASCII, so this is the order of RFC
  // 8785. Its compact text escapes the same characters as the RFC.
  Json covered = transcript;
  covered.erase("digest");
  return hash_of_json(covered);
}

}  // namespace promotions
