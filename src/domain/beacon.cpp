#include "promotions/domain/beacon.h"

#include <algorithm>
#include <array>

#include "domain/json_text.h"
#include "promotions/base/encoding.h"
#include "promotions/base/normal_form.h"
#include "promotions/base/time_text.h"
#include "promotions/base/unicode.h"
#include "promotions/domain/sha256.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxSource = 500;  // characters
constexpr std::size_t kMaxFormat = 64;
constexpr int kLeastOpen = 5;  // a hundred thousand outcomes at least
constexpr std::array kKinds{BeaconKind::none, BeaconKind::drand, BeaconKind::public_source};

// Who wrote what is read.
enum class Form {
  stored,  // by this program; what an earlier one did not know may be missing
  sealed,  // by whoever published a seal
  choice,  // by an organiser
};

BeaconProblem unexpected(const std::string& field, const std::string& expected, const Json& found) {
  return {field, "expected " + expected + ", found " + json_excerpt(found), true};
}

BeaconProblem missing(const std::string& field) {
  return {field, "is missing", false};
}

bool belongs(const std::string& field, BeaconKind kind, Form form) {
  if (field == "kind") return true;
  if (kind == BeaconKind::public_source) {
    return field == "source" || field == "format" || field == "known_from";
  }
  if (kind != BeaconKind::drand) return false;
  return field == "chain" || (field == "round" && form != Form::choice);
}

const std::string* text_of(const Json& json) {
  return json.get_ptr<const std::string*>();
}

std::optional<BeaconProblem> read_source(const Json& json, Form form, Beacon& beacon) {
  if (!json.contains("source")) return missing("source");
  const std::string* text = text_of(json["source"]);
  const bool is_good =
      text != nullptr && (form == Form::stored ? !text->empty() : is_beacon_source(*text));
  // A record is judged by what is published of its form, a choice also by whether people can read
  // it.
  if (!is_good ||
      (form == Form::choice && (is_blank(*text) || !is_one_line(*text) || has_unassigned(*text)))) {
    return unexpected("source", "1 to 500 characters on one line", json["source"]);
  }
  beacon.source = form == Form::choice ? to_nfc(*text) : *text;
  return std::nullopt;
}

std::optional<BeaconProblem> read_format(const Json& json, Form form, Beacon& beacon) {
  if (!json.contains("format")) {
    return form == Form::stored ? std::nullopt : std::optional(missing("format"));
  }
  const std::string* text = text_of(json["format"]);
  if (text == nullptr) return unexpected("format", "a string", json["format"]);
  if (const auto problem = format_problem(*text)) return BeaconProblem{"format", *problem, false};
  beacon.format = *text;
  return std::nullopt;
}

std::optional<BeaconProblem> read_known_from(const Json& json, Form form, Beacon& beacon) {
  if (!json.contains("known_from")) {
    return form == Form::stored ? std::nullopt : std::optional(missing("known_from"));
  }
  const std::string* text = text_of(json["known_from"]);
  const auto time = text == nullptr ? std::nullopt : parse_rfc3339(*text);
  const bool is_whole = time && *time == std::chrono::floor<std::chrono::seconds>(*time);
  if (!is_whole || (form != Form::choice && to_rfc3339(*time) != *text)) {
    return unexpected("known_from", "a time such as 2026-12-22T09:00:00Z", json["known_from"]);
  }
  beacon.known_from = *time;
  return std::nullopt;
}

std::optional<BeaconProblem> read_public(const Json& json, Form form, Beacon& beacon) {
  for (const auto read : {read_source, read_format, read_known_from}) {
    if (auto problem = read(json, form, beacon)) return problem;
  }
  return std::nullopt;
}

std::optional<BeaconProblem> read_drand(const Json& json, Form form, Beacon& beacon) {
  if (json.contains("chain")) {
    const std::string* text = text_of(json["chain"]);
    if (text == nullptr || !parse_hash(*text)) {
      return unexpected("chain", "64 lower-case hexadecimal digits", json["chain"]);
    }
    beacon.chain = *text;
  } else if (form == Form::sealed) {
    return missing("chain");
  }
  if (json.contains("round")) {
    const auto round = whole_number(json["round"]);
    if (!round || *round == 0) return unexpected("round", "a whole number above 0", json["round"]);
    beacon.round = *round;
  } else if (form == Form::sealed) {
    return missing("round");
  }
  return std::nullopt;
}

BeaconReading read(const Json& json, Form form) {
  if (!json.is_object()) return unexpected("", "an object", json);
  if (!json.contains("kind")) return missing("kind");
  const std::string* text = text_of(json["kind"]);
  const auto kind = text == nullptr ? std::nullopt : parse_beacon_kind(*text);
  if (!kind) return unexpected("kind", R"("none", "drand" or "public")", json["kind"]);
  // Unknown fields are refused: they could look as if they bound the draw to something.
  for (const auto& [field, value] : json.items()) {
    if (!belongs(field, *kind, form)) {
      return BeaconProblem{field_excerpt(field),
                           "does not belong to the kind \"" + std::string(to_text(*kind)) + "\"",
                           false};
    }
  }
  Beacon beacon;
  beacon.kind = *kind;
  std::optional<BeaconProblem> problem;
  if (*kind == BeaconKind::public_source) problem = read_public(json, form, beacon);
  if (*kind == BeaconKind::drand) problem = read_drand(json, form, beacon);
  if (problem) return *problem;
  return beacon;
}

// Controls and what turns the direction of writing (UAX #9 §2).
bool is_deceptive(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_open(char pattern) {
  return pattern == '9' || pattern == 'A';
}

std::string expected_at(char pattern) {
  if (pattern == '9') return "a digit";
  if (pattern == 'A') return "a capital letter A to Z";
  return json_excerpt(std::string(1, pattern));
}

bool matches(char pattern, char c) {
  if (pattern == '9') return c >= '0' && c <= '9';
  if (pattern == 'A') return c >= 'A' && c <= 'Z';
  return c == pattern;
}

// All characters before one that is wrong are ASCII, so bytes count as characters.
std::optional<std::string> public_value_problem(std::string_view format, std::string_view value) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    const std::string place = "character " + std::to_string(i + 1);
    if (i >= value.size()) {
      return place + " is missing, expected " + expected_at(format[i]) + " (format " +
             json_excerpt(std::string(format)) + ")";
    }
    if (matches(format[i], value[i])) continue;
    std::string_view rest = value.substr(i);
    take_code_point(rest);
    return place + " is " +
           json_excerpt(std::string(value.substr(i, value.size() - i - rest.size()))) +
           ", expected " + expected_at(format[i]) + " (format " +
           json_excerpt(std::string(format)) + ")";
  }
  if (value.size() == format.size()) return std::nullopt;
  return "character " + std::to_string(format.size() + 1) + " is one too many (format " +
         json_excerpt(std::string(format)) + ")";
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
  if (beacon.kind == BeaconKind::public_source) {
    json["source"] = beacon.source;
    if (!beacon.format.empty()) json["format"] = beacon.format;
    if (beacon.known_from) json["known_from"] = to_rfc3339(*beacon.known_from);
  }
  if (beacon.kind == BeaconKind::drand) {
    if (!beacon.chain.empty()) json["chain"] = beacon.chain;
    if (beacon.round != 0) json["round"] = beacon.round;
  }
  return json;
}

BeaconReading parse_beacon(const Json& json) {
  return read(json, Form::stored);
}

BeaconReading parse_sealed_beacon(const Json& json) {
  return read(json, Form::sealed);
}

BeaconReading parse_beacon_choice(const Json& json) {
  return read(json, Form::choice);
}

bool is_beacon_source(std::string_view text) {
  if (!is_utf8(text)) return false;
  std::size_t characters = 0;
  while (!text.empty()) {
    if (is_deceptive(take_code_point(text)) || ++characters > kMaxSource) return false;
  }
  return characters > 0;
}

std::optional<std::string> format_problem(std::string_view format) {
  if (format.empty() || format.size() > kMaxFormat) {
    return "has " + std::to_string(format.size()) + " bytes, expected 1 to 64";
  }
  for (std::size_t i = 0; i < format.size(); ++i) {
    const char c = format[i];
    if (c >= ' ' && c <= '~') continue;
    return "byte " + std::to_string(i + 1) + " is no printable ASCII character";
  }
  if (format.front() == ' ' || format.back() == ' ') return "has a space at an end";
  if (std::count_if(format.begin(), format.end(), is_open) < kLeastOpen) {
    return "leaves too few outcomes; expected at least five of 9 (a digit) and A (a capital "
           "letter)";
  }
  return std::nullopt;
}

std::optional<std::string> value_problem(const Beacon& beacon, std::string_view value) {
  switch (beacon.kind) {
    case BeaconKind::none:
      if (value.empty()) return std::nullopt;
      return "expected nothing, found " + json_excerpt(std::string(value));
    case BeaconKind::drand:
      if (parse_hash(value)) return std::nullopt;
      return "expected 64 lower-case hexadecimal digits, found " + json_excerpt(std::string(value));
    case BeaconKind::public_source:
      return public_value_problem(beacon.format, value);
  }
  return std::nullopt;
}

}  // namespace promotions
