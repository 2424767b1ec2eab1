#include "promotions/domain/transcript.h"

#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"

namespace promotions {
namespace {

OrderedJson to_json(const DrawnEntry& entry) {
  return {{"position", entry.position},
          {"role", entry.winner ? "winner" : "alternate"},
          {"index", entry.index},
          {"ticket", entry.ticket},
          {"leaf", to_hex(entry.leaf)}};
}

OrderedJson to_json(const DrawEvent& event) {
  return {{"at", to_rfc3339(event.at)},
          {"kind", "disqualified"},  // version 1 has no other kind
          {"position", event.position},
          {"reason", event.reason},
          {"promoted", event.promoted ? OrderedJson(*event.promoted) : OrderedJson(nullptr)}};
}

}  // namespace

std::string_view to_text(DrawEventKind kind) {
  switch (kind) {
    case DrawEventKind::disqualified:
      return "disqualified";
    case DrawEventKind::not_claimed:
      return "not_claimed";
    case DrawEventKind::unreachable:
      return "unreachable";
  }
  return "";
}

std::optional<DrawEventKind> parse_draw_event_kind(std::string_view text) {
  for (const DrawEventKind kind :
       {DrawEventKind::disqualified, DrawEventKind::not_claimed, DrawEventKind::unreachable}) {
    if (to_text(kind) == text) return kind;
  }
  return std::nullopt;
}

OrderedJson to_json(const Seal& seal) {
  OrderedJson json = {{"version", 1},
                      {"campaign", seal.campaign},
                      {"entrants", seal.entrants},
                      {"root", to_hex(seal.root)},
                      {"winners", seal.winners},
                      {"alternates", seal.alternates},
                      {"commitment", to_hex(seal.commitment)},
                      {"sealed_at", to_rfc3339(seal.sealed_at)},
                      {"beacon", to_json(seal.beacon)}};
  // Published only above 0: the reader refuses 0, so that a seal has only one text.
  if (seal.excluded > 0) json["excluded"] = seal.excluded;
  if (seal.disqualified > 0) json["disqualified"] = seal.disqualified;
  return json;
}

OrderedJson to_json(const Transcript& transcript) {
  OrderedJson beacon = to_json(transcript.seal.beacon);
  beacon["value"] = transcript.value;
  OrderedJson drawn = OrderedJson::array();
  for (const DrawnEntry& entry : transcript.drawn) drawn.push_back(to_json(entry));
  OrderedJson events = OrderedJson::array();
  for (const DrawEvent& event : transcript.events) events.push_back(to_json(event));
  OrderedJson json = {{"version", 1},
                      {"seal", to_json(transcript.seal)},
                      {"reveal", {{"secret", to_hex(transcript.secret)}, {"beacon", beacon}}},
                      {"seed", to_hex(transcript.seed)},
                      {"drawn", std::move(drawn)},
                      {"events", std::move(events)}};
  json["digest"] = to_hex(digest_of(Json(json)));
  return json;
}

Hash digest_of(const Json& transcript) {
  // Json sorts its fields by their bytes. All our names are ASCII, so this is the order of RFC
  // 8785. Its compact text escapes the same characters as the RFC.
  Json covered = transcript;
  covered.erase("digest");
  return sha256(covered.dump());
}

}  // namespace promotions
