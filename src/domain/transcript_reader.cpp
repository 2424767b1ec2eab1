#include "domain/transcript_reader.h"

#include <algorithm>

#include "domain/record_fields.h"
#include "domain/seal_reader.h"
#include "domain/terms_reader.h"

namespace promotions {
namespace {

bool is_signature(std::string_view text) {
  return !text.empty() && text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
}

Reveal read_reveal(RecordFields fields) {
  constexpr char kSignature[] = "bytes in lower-case hexadecimal digits";
  Reveal reveal;
  reveal.secret = fields.hash("secret");
  reveal.value = fields.text("value");
  if (fields.has("signature"))
    reveal.signature = fields.text("signature", kSignature, is_signature);
  if (fields.has("previous_signature")) {
    reveal.previous_signature = fields.text("previous_signature", kSignature, is_signature);
  }
  fields.no_others();
  return reveal;
}

DrawnEntry read_drawn(RecordFields& fields) {
  DrawnEntry entry;
  entry.position = fields.number("position", 1);
  const std::string role =
      fields.text("role", R"("winner" or "alternate")",
                  [](std::string_view text) { return text == "winner" || text == "alternate"; });
  entry.winner = role == "winner";
  entry.index = fields.number("index", 0);
  entry.ticket = fields.number("ticket", 1);
  entry.key = fields.hash("key");
  entry.leaf = fields.hash("leaf");
  fields.no_others();
  return entry;
}

DrawEvent read_event(RecordFields& fields) {
  DrawEvent event;
  event.at = fields.time("at");
  const std::string kind =
      fields.text("kind", R"("disqualified", "unclaimed" or "unreachable")",
                  [](std::string_view text) { return parse_draw_event_kind(text).has_value(); });
  event.kind = parse_draw_event_kind(kind).value_or(DrawEventKind::disqualified);
  event.position = fields.number("position", 1);
  event.reason =
      fields.text("reason", "1 to 500 characters without control characters", is_event_reason);
  const Json* promoted = fields.take("promoted");
  if (promoted != nullptr && !promoted->is_null()) event.promoted = fields.number("promoted", 1);
  fields.no_others();
  return event;
}

// Is `inner` `outer` itself or a part of it?
bool is_inside(std::string_view inner, std::string_view outer) {
  if (outer.empty()) return true;
  if (inner.substr(0, outer.size()) != outer) return false;
  return inner.size() == outer.size() || inner[outer.size()] == '.' || inner[outer.size()] == '[';
}

}  // namespace

bool TranscriptReading::readable(std::string_view path) const {
  if (json.is_null()) return false;
  return std::none_of(problems.begin(), problems.end(), [&](const RecordProblem& problem) {
    if (problem.place.empty()) return path.empty();
    return is_inside(problem.place, path) || is_inside(path, problem.place);
  });
}

TranscriptReading read_transcript(std::string_view text) {
  TranscriptReading reading;
  RecordReading record = read_record(text);
  reading.json = std::move(record.json);
  reading.problems = std::move(record.problems);
  if (reading.json.is_null()) return reading;
  Transcript& transcript = reading.transcript;
  RecordFields fields(&reading.json, "", reading.problems);
  fields.version();
  transcript.terms = read_terms_fields(fields.object("terms"), reading.problems);
  transcript.seal = read_seal_fields(fields.object("seal"), reading.problems);
  transcript.reveal = read_reveal(fields.object("reveal"));
  transcript.seed = fields.hash("seed");
  for (RecordFields& entry : fields.objects("drawn")) {
    transcript.drawn.push_back(read_drawn(entry));
  }
  for (RecordFields& event : fields.objects("events")) {
    transcript.events.push_back(read_event(event));
  }
  reading.digest = fields.hash("digest");
  fields.no_others();
  return reading;
}

}  // namespace promotions
