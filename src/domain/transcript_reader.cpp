#include "domain/transcript_reader.h"

#include <algorithm>
#include <limits>
#include <set>

#include "domain/json_text.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/campaign.h"

namespace promotions {
namespace {

using Problems = std::vector<FormProblem>;

constexpr std::int64_t kMaxInt = std::numeric_limits<int>::max();
constexpr std::int64_t kMaxNumber = std::numeric_limits<std::int64_t>::max();

// Reads the fields of one object. A field that is wrong is noted as a problem and read as a default
// value.
class Fields {
 public:
  Fields(const Json* object, std::string path, Problems& problems)
      : object_(object), path_(std::move(path)), problems_(problems) {
    if (object_ == nullptr || object_->is_object()) return;
    problems_.push_back({path_, "expected an object, found " + json_excerpt(*object_)});
    object_ = nullptr;
  }

  std::string path(const std::string& name) const {
    return path_.empty() ? name : path_ + "." + name;
  }

  bool has(const std::string& name) const { return object_ != nullptr && object_->contains(name); }

  // Returns nullptr and notes it if the field is missing.
  const Json* take(const std::string& name) {
    known_.insert(name);
    if (object_ == nullptr) return nullptr;
    if (object_->contains(name)) return &(*object_)[name];
    problems_.push_back({path(name), "is missing"});
    return nullptr;
  }

  void wrong(const std::string& name, const std::string& expected, const Json& found) {
    problems_.push_back({path(name), "expected " + expected + ", found " + json_excerpt(found)});
  }

  std::int64_t number(const std::string& name, std::int64_t least, std::int64_t most) {
    const Json* value = take(name);
    if (value == nullptr) return least;
    const auto number = whole_number(*value);
    if (number && *number >= least && *number <= most) return *number;
    wrong(name, "a whole number in " + std::to_string(least) + ".." + std::to_string(most), *value);
    return least;
  }

  int integer(const std::string& name, int least) {
    return static_cast<int>(number(name, least, kMaxInt));
  }

  // A count that is published only if it is above 0.
  std::int64_t count_if_any(const std::string& name) {
    return has(name) ? number(name, 1, kMaxNumber) : 0;
  }

  std::string text(const std::string& name) {
    return text(name, "a string", [](std::string_view) { return true; });
  }

  template <typename Predicate>
  std::string text(const std::string& name, const std::string& expected, Predicate is_right) {
    const Json* value = take(name);
    if (value == nullptr) return {};
    const auto* found = value->get_ptr<const std::string*>();
    if (found != nullptr && is_right(*found)) return *found;
    wrong(name, expected, *value);
    return {};
  }

  void version() {
    const Json* value = take("version");
    if (value != nullptr && whole_number(*value) != 1) wrong("version", "1", *value);
  }

  Hash hash(const std::string& name) {
    const Json* value = take(name);
    if (value == nullptr) return {};
    const auto* digits = value->get_ptr<const std::string*>();
    const auto hash = digits == nullptr ? std::nullopt : parse_hash(*digits);
    if (!hash) wrong(name, "64 lower-case hexadecimal digits", *value);
    return hash.value_or(Hash{});
  }

  Time time(const std::string& name) {
    const Json* value = take(name);
    if (value == nullptr) return {};
    const auto* text = value->get_ptr<const std::string*>();
    const auto time = text == nullptr ? std::nullopt : parse_rfc3339(*text);
    // Only the form that we write, so that a time has one text.
    if (!time || to_rfc3339(*time) != *text) {
      wrong(name, "a time such as 2026-12-24T18:00:00Z", *value);
    }
    return time.value_or(Time{});
  }

  Fields object(const std::string& name) { return {take(name), path(name), problems_}; }

  // The elements of an array of objects.
  std::vector<Fields> objects(const std::string& name) {
    std::vector<Fields> elements;
    const Json* value = take(name);
    if (value == nullptr) return elements;
    if (!value->is_array()) {
      wrong(name, "an array", *value);
      return elements;
    }
    for (const Json& element : *value) {
      elements.push_back(
          {&element, path(name) + "[" + std::to_string(elements.size()) + "]", problems_});
    }
    return elements;
  }

  // Call this last: notes every field that was not taken.
  void no_others() {
    if (object_ == nullptr) return;
    for (const auto& [name, value] : object_->items()) {
      if (known_.count(name) == 0) {
        problems_.push_back({path(field_excerpt(name)), "is no field of version 1"});
      }
    }
  }

 private:
  const Json* object_;  // nullptr: it is missing, which was noted
  const std::string path_;
  Problems& problems_;
  std::set<std::string> known_;
};

// Reads the beacon of the seal, or that of the reveal without its value.
Beacon read_beacon(const Json* json, const std::string& path, Problems& problems) {
  if (json == nullptr) return {};
  const BeaconReading reading = parse_beacon(*json);
  if (const auto* problem = std::get_if<BeaconProblem>(&reading)) {
    problems.push_back(
        {problem->field.empty() ? path : path + "." + problem->field, problem->what});
    return {};
  }
  // Both are optional while a campaign runs, but a published beacon of drand has them.
  const Beacon& beacon = std::get<Beacon>(reading);
  if (beacon.kind == BeaconKind::drand) {
    if (beacon.chain.empty()) problems.push_back({path + ".chain", "is missing"});
    if (beacon.round == 0) problems.push_back({path + ".round", "is missing"});
  }
  return beacon;
}

Seal read_seal(Fields fields, Problems& problems) {
  Seal seal;
  fields.version();
  seal.campaign = fields.text("campaign", "a campaign's slug", is_slug);
  seal.entrants = static_cast<std::uint64_t>(fields.number("entrants", 0, kMaxNumber));
  seal.root = fields.hash("root");
  seal.winners = fields.integer("winners", 1);
  seal.alternates = fields.integer("alternates", 0);
  seal.commitment = fields.hash("commitment");
  seal.sealed_at = fields.time("sealed_at");
  seal.beacon = read_beacon(fields.take("beacon"), fields.path("beacon"), problems);
  seal.excluded = fields.count_if_any("excluded");
  seal.disqualified = fields.count_if_any("disqualified");
  fields.no_others();
  return seal;
}

void read_reveal(Fields fields, TranscriptReading& reading) {
  reading.transcript.secret = fields.hash("secret");
  const Json* beacon = fields.take("beacon");
  if (beacon != nullptr && beacon->is_object()) {
    reading.transcript.value =
        Fields(beacon, fields.path("beacon"), reading.problems).text("value");
    Json without_value = *beacon;
    without_value.erase("value");
    reading.revealed = read_beacon(&without_value, fields.path("beacon"), reading.problems);
  } else if (beacon != nullptr) {
    fields.wrong("beacon", "an object", *beacon);
  }
  fields.no_others();
}

DrawnEntry read_drawn(Fields fields) {
  DrawnEntry entry;
  entry.position = fields.integer("position", 1);
  const std::string role =
      fields.text("role", R"("winner" or "alternate")",
                  [](std::string_view text) { return text == "winner" || text == "alternate"; });
  entry.winner = role == "winner";
  entry.index = static_cast<std::uint64_t>(fields.number("index", 0, kMaxNumber));
  entry.ticket = fields.number("ticket", 1, kMaxNumber);
  entry.leaf = fields.hash("leaf");
  fields.no_others();
  return entry;
}

DrawEvent read_event(Fields fields) {
  DrawEvent event;
  event.at = fields.time("at");
  fields.text("kind", R"("disqualified")",
              [](std::string_view text) { return text == "disqualified"; });
  event.position = fields.integer("position", 1);
  event.reason = fields.text("reason");
  const Json* promoted = fields.take("promoted");
  if (promoted != nullptr && !promoted->is_null()) event.promoted = fields.integer("promoted", 1);
  fields.no_others();
  return event;
}

}  // namespace

bool TranscriptReading::readable(std::string_view path) const {
  // Is `inner` `outer` itself or a part of it?
  const auto inside = [](std::string_view inner, std::string_view outer) {
    if (outer.empty()) return true;
    if (inner.substr(0, outer.size()) != outer) return false;
    return inner.size() == outer.size() || inner[outer.size()] == '.' || inner[outer.size()] == '[';
  };
  return std::none_of(problems.begin(), problems.end(), [&](const FormProblem& problem) {
    return inside(problem.path, path) || inside(path, problem.path);
  });
}

TranscriptReading read_transcript(std::string_view text) {
  TranscriptReading reading;
  JsonReading parsed = read_json_object(text);
  if (!parsed.problem.empty()) {
    reading.problems.push_back({"", std::move(parsed.problem)});
    return reading;
  }
  reading.json = std::move(parsed.json);  // the digest covers all fields as published
  Transcript& transcript = reading.transcript;
  Fields fields(&reading.json, "", reading.problems);
  fields.version();
  transcript.seal = read_seal(fields.object("seal"), reading.problems);
  read_reveal(fields.object("reveal"), reading);
  transcript.seed = fields.hash("seed");
  for (const Fields& entry : fields.objects("drawn")) transcript.drawn.push_back(read_drawn(entry));
  for (const Fields& event : fields.objects("events")) {
    transcript.events.push_back(read_event(event));
  }
  if (fields.has("digest")) reading.digest = fields.hash("digest");
  fields.no_others();
  return reading;
}

}  // namespace promotions
