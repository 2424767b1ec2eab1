// Draws whose seeds, hashes and digests all fit, made by somebody who wants a certain result.
#include "domain/draw_report.h"
#include "support/catch.h"

using namespace promotions;

namespace {

// A draw that a cheat made after `change`: everything that follows from it is computed anew.
template <typename Change>
std::string failures_after(SampleDraw draw, Change change) {
  change(draw.transcript);
  complete(draw);
  return failures(check(draw.text(), draw.leaves));
}

// Values that somebody could put in the place of this one, most of them of the right form.
std::vector<Json> other_values(const Json& value) {
  if (value.is_null()) return {1, "2026-11-24T12:00:00Z"};
  if (value.is_number()) {
    const auto number = value.get<std::int64_t>();
    return {number + 1, number == 0 ? 2 : number - 1};
  }
  if (value.is_array() || value.is_object()) return {"", 0};  // an empty one
  const auto text = value.get<std::string>();
  std::vector<Json> others{text + "1", "1" + text, text + " "};
  if (!text.empty()) others.emplace_back("");
  // As long as before, where no character is cut.
  const auto is_ascii = [](char c) { return c >= ' ' && c <= '~'; };
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_ascii)) {
    std::string same_length = text;
    same_length.back() = text.back() == '1' ? '2' : '1';
    others.emplace_back(same_length);
  }
  return others;
}

// As a cheat who knows how it is made.
void redigest(Json& transcript) {
  transcript.erase("digest");
  transcript["digest"] = to_hex(hash_of_json(transcript));
}

}  // namespace

TEST_CASE("check_draw: a cheat who knows the randomness before the seal is found", "[domain]") {
  const auto failures_of = [](const SampleDraw& draw) {
    return failures(check(draw.text(), draw.leaves));
  };
  SECTION("a round of before the seal, or a later one that suits") {
    for (const std::int64_t shift : {-100, -1, 1}) {
      Beacon beacon = sample_drand();
      const std::string right = std::to_string(beacon.round);
      beacon.round += shift;
      CHECK(failures_of(sample_draw(5, 1, 1, beacon, sample_round())) ==
            "beacon: seal.beacon.round: expected " + right +
                ", the first one after seal and draw_delay, found " + std::to_string(beacon.round) +
                "\n");
    }
  }
  SECTION("a value that is not that of its signature, or that has none") {
    BeaconAnswer said = sample_round();
    said.value = std::string(64, '7');
    CHECK(failures_of(sample_draw(5, 1, 1, sample_drand(), said))
              .find("beacon: reveal.value: expected " + sample_round().value +
                    ", the SHA-256 of reveal.signature, found ") == 0);
    said = sample_round();
    said.signature.clear();
    CHECK(failures_of(sample_draw(5, 1, 1, sample_drand(), said)) ==
          "beacon: reveal.signature: is missing\n");
    CHECK(failures_of(sample_draw(5, 1, 1, sample_drand(kDefaultChain), sample_round())) ==
          "beacon: reveal.previous_signature: is missing\n");
    CHECK(failures_of(sample_draw(5, 1, 1, {}, {"", "ab", "cd"})) ==
          "beacon: reveal.signature: does not belong to this beacon\n"
          "beacon: reveal.previous_signature: does not belong to this beacon\n");
    said = sample_round();
    said.previous_signature = "cd";
    CHECK(failures_of(sample_draw(5, 1, 1, sample_drand(std::string(64, 'd')), said)) == "");
  }
  SECTION("a public value that was known, or one spelling of several") {
    Beacon lottery = sample_lottery();
    lottery.known_from = kSampleSealing;
    CHECK(failures_of(sample_draw(5, 1, 1, lottery, BeaconAnswer{"12345 Z"})) ==
          "beacon: seal.sealed_at: expected a time before 2026-12-24T18:00:00Z,"
          " seal.beacon.known_from, found 2026-12-24T18:00:00Z\n");
    for (const char* value : {"12345 Z ", "12345\u00A0Z", "12345 z", "1234\u200B5 Z", ""}) {
      CHECK(failures_of(sample_draw(5, 1, 1, sample_lottery(), BeaconAnswer{value}))
                .find("beacon: reveal.value: character ") == 0);
    }
    lottery = sample_lottery();
    lottery.format = "9999";
    CHECK(failures_of(sample_draw(5, 1, 1, lottery, BeaconAnswer{"1234"}))
              .find("form: seal.beacon.format: leaves too few outcomes") == 0);
    lottery = sample_lottery();
    lottery.source = "the lottery\u202E";
    CHECK(failures_of(sample_draw(5, 1, 1, lottery, BeaconAnswer{"12345 Z"}))
              .find("form: seal.beacon.source: expected 1 to 500 characters on one line") == 0);
  }
}

TEST_CASE("check_draw: a cheat who promises one thing and draws another is found", "[domain]") {
  CHECK(failures_after(sample_draw(5, 2, 1), [](Transcript& draw) { draw.seal.winners = 3; }) ==
        "terms: seal.winners: expected 2, as many as there are prizes, found 3\n");
  CHECK(failures_after(sample_draw(5, 2, 1), [](Transcript& draw) { draw.terms.prizes.clear(); }) ==
        "");
  CHECK(
      failures_after(
          sample_draw(5, 2, 1),
          [](Transcript& draw) { draw.terms.at = kSampleSealing + std::chrono::seconds(1); })
          .find(
              "seal: seal.sealed_at: expected a time not before 2026-12-24T18:00:01Z, terms.at,") ==
      0);
  CHECK(
      failures_after(
          sample_draw(5, 2, 1),
          [](Transcript& draw) { draw.terms.closes_at = kSampleSealing + std::chrono::seconds(1); })
          .find(
              "seal: seal.sealed_at: expected a time not before 2026-12-24T18:00:01Z, terms.clo") ==
      0);
  CHECK(failures_after(sample_draw(5, 2, 1), [](Transcript& draw) {
          draw.terms.at = kSampleSealing;
          draw.terms.closes_at.reset();
        }) == "");
}

TEST_CASE("check_draw: an entry that stands in the list twice is found", "[domain]") {
  SampleDraw draw = sample_draw(5, 1, 1);
  const std::string line = draw.leaves.substr(65, 65);
  draw.leaves += line;
  draw.transcript.seal.entrants = 6;
  CHECK(failures(check(draw.text(), draw.leaves))
            .find("leaves: line 2 and line 6 are the same leaf: one entry stands in the list"
                  " twice\n") == 0);
}

TEST_CASE("check_draw: an entrant who stands in the list ninety times is found", "[domain]") {
  SampleDraw draw = sample_draw(5, 1, 1);
  const std::string line = draw.leaves.substr(65, 65);
  for (int i = 0; i < 89; ++i) draw.leaves += line;
  // Root, seed and who is drawn are those of the longer list.
  Transcript& transcript = draw.transcript;
  transcript.seal.entrants = 94;
  MerkleRoot root;
  for (std::size_t at = 0; at < draw.leaves.size(); at += 65) {
    root.add(parse_hash(draw.leaves.substr(at, 64)).value());
  }
  transcript.seal.root = root.root();
  transcript.seed = draw_seed(hash_of(transcript.seal), transcript.reveal.secret, "");
  transcript.drawn.clear();
  for (const std::uint64_t drawn : choose_indices(transcript.seed, 94, 2)) {
    const auto index = static_cast<std::int64_t>(drawn);
    const std::int64_t stands_for = index < 5 ? index : 1;
    const std::int64_t ticket = sample_receipt(stands_for).ticket;
    const auto position = static_cast<std::int64_t>(transcript.drawn.size()) + 1;
    transcript.drawn.push_back({position, position == 1, index, ticket, sample_key(stands_for),
                                entrant_leaf(ticket, sample_key(stands_for))});
  }
  CHECK(failures(check(draw.text(), draw.leaves))
            .find("leaves: line 2 and line 6 are the same leaf: one entry stands in the list"
                  " twice\n") == 0);
}

TEST_CASE("check_draw: a hamper that became a car is found", "[domain]") {
  const SampleDraw promised = sample_draw(5, 2, 1);
  const Hash receipt = promised.transcript.seal.terms;
  SampleDraw changed = promised;
  changed.transcript.terms.prizes.at(0).name = {"Coche"};
  CHECK(failures(check(changed.text(), changed.leaves)).find("terms: seal.terms: expected ") == 0);
  // Made anew from the terms to the winners it is right by itself, but not for who has a receipt.
  complete(changed);
  CHECK(failures(check(changed.text(), changed.leaves)) == "");
  CHECK(failures(check(changed.text(), changed.leaves, {.terms = receipt})) ==
        "kept terms: the terms changed after this receipt; see terms.json\n");
}

TEST_CASE("check_draw: a cheat who edits what was published is found, whatever is edited",
          "[domain]") {
  const SampleDraw draw = eventful_draw();
  const Json published = to_json(draw.transcript);
  std::size_t edits = 0;
  const Json members = published.flatten();
  for (const auto& [place, value] : members.items()) {
    if (place == "/digest" || place.starts_with("/events/")) continue;
    for (const Json& other : other_values(value)) {
      CAPTURE(place, other);
      Json edited = published;
      edited[Json::json_pointer(place)] = other;
      CHECK(failures(check(canonical_json(edited), draw.leaves)) != "");
      redigest(edited);
      CHECK(failures(check(canonical_json(edited), draw.leaves)) != "");
      ++edits;
    }
  }
  CHECK(edits > 100);
}

TEST_CASE("check_draw: a cheat who edits an event or the digest is found by the digest",
          "[domain]") {
  const SampleDraw draw = eventful_draw();
  const Json published = to_json(draw.transcript);
  const Json members = published.flatten();
  for (const auto& [place, value] : members.items()) {
    if (place != "/digest" && !place.starts_with("/events/")) continue;
    for (const Json& other : other_values(value)) {
      CAPTURE(place, other);
      Json edited = published;
      edited[Json::json_pointer(place)] = other;
      CHECK(failures(check(canonical_json(edited), draw.leaves)) != "");
    }
  }
  Json fewer = published;
  fewer["events"].erase(2);
  CHECK(failures(check(canonical_json(fewer), draw.leaves)).find("digest: ") == 0);
  // With the digest made anew only an earlier transcript tells.
  redigest(fewer);
  CHECK(failures(check(canonical_json(fewer), draw.leaves)) == "");
  // Out of their order, events contradict each other.
  fewer = published;
  fewer["events"].erase(0);
  redigest(fewer);
  CHECK(failures(check(canonical_json(fewer), draw.leaves)).find("events: ") == 0);
}

TEST_CASE(
    "check_draw: a cheat who makes all anew is found by whoever kept the seal, whatever of it"
    " is edited",
    "[domain]") {
  const SampleDraw draw = eventful_draw();
  const Json seal = to_json(draw.transcript)["seal"];
  const Json members = seal.flatten();
  for (const auto& [place, value] : members.items()) {
    for (const Json& other : other_values(value)) {
      CAPTURE(place, other);
      Json kept = seal;
      kept[Json::json_pointer(place)] = other;
      CHECK(failures(check(draw.text(), draw.leaves, {.seal = canonical_json(kept)}))
                .find("kept seal: ") == 0);
    }
  }
}

TEST_CASE("check_draw: another seal, commitment or hash of terms than was kept is found",
          "[domain]") {
  const SampleDraw draw = eventful_draw();
  const Seal& seal = draw.transcript.seal;
  const auto verdict = [&](const Kept& kept) {
    return failures(check(draw.text(), draw.leaves, kept));
  };
  CHECK(verdict({.seal = canonical_json(to_json(seal)),
                 .commitment = seal.commitment,
                 .terms = seal.terms}) == "");
  Seal other = seal;
  other.entrants = 11;
  other.beacon = {};
  CHECK(verdict({.seal = canonical_json(to_json(other))}) ==
        "kept seal: seal.beacon: expected {\"kind\":\"none\"} as in the kept seal, found " +
            Json(to_json(seal.beacon)).dump() +
            "\nkept seal: seal.entrants: expected 11 as in the kept seal, found 12\n");
  CHECK(verdict({.seal = to_json(seal).dump(1)})
            .find("kept seal: the kept seal cannot be read: it is not in its canonical form") == 0);
  CHECK(verdict({.seal = R"({"version":1})"}) ==
        "kept seal: the kept seal cannot be read: version: expected 2, found 1, made by an"
        " unreleased program\n");
  CHECK(verdict({.commitment = Hash{1}}).find("kept commitment: seal.commitment: expected 0100") ==
        0);
  CHECK(verdict({.terms = Hash{1}}) ==
        "kept terms: the terms changed after this receipt; see terms.json\n");
}
