#include "promotions/domain/draw_check.h"

#include <algorithm>

#include "domain/drawn_check.h"
#include "domain/leaf_list.h"
#include "domain/seal_check.h"
#include "domain/transcript_reader.h"
#include "promotions/base/encoding.h"
#include "promotions/domain/drand_chain.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxWrongs = 10;  // for each check; more of them would say nothing new

// Runs all checks in order. A check whose fields could not be read is skipped, so that one mistake
// in the form is reported once and not again by every check that needs the field.
class Checker {
 public:
  Checker(const TranscriptReading& reading, const LeafList& list)
      : reading_(reading), transcript_(reading.transcript), seal_(transcript_.seal), list_(list) {}

  DrawReport run(const Kept& kept) {
    form();
    terms();
    commitment();
    leaves();
    root();
    seal();
    beacon();
    seed();
    drawn();
    events();
    digest();
    if (kept.receipt) receipt(*kept.receipt);
    if (kept.seal) kept_seal(*kept.seal);
    if (kept.commitment) kept_commitment(*kept.commitment);
    if (kept.terms) kept_terms(*kept.terms);
    return std::move(report_);
  }

 private:
  void form() {
    Wrongs wrongs;
    for (const RecordProblem& problem : reading_.problems) {
      wrongs.push_back(problem.place.empty() ? "the transcript " + problem.what
                                             : problem.place + ": " + problem.what);
    }
    conclude("form", wrongs, "version 2, campaign " + seal_.campaign);
  }

  void terms() {
    if (!readable("terms", {"terms", "seal.terms", "seal.winners"})) return;
    conclude("terms", check_terms(transcript_),
             to_hex(seal_.terms) + ", version " + std::to_string(transcript_.terms.version));
  }

  void commitment() {
    if (!readable("commitment", {"seal.commitment", "reveal.secret"})) return;
    compare("commitment", "seal.commitment", commitment_of(transcript_.reveal.secret),
            seal_.commitment);
  }

  void leaves() {
    Wrongs wrongs;
    if (!list_.problem.empty()) {
      wrongs.push_back(list_.problem);
    } else {
      if (!list_.twice.empty()) wrongs.push_back(list_.twice);
      if (reading_.readable("seal.entrants") && list_.size() != seal_.entrants) {
        wrongs.push_back(mismatch("seal.entrants", std::to_string(list_.size()) + " as in the list",
                                  std::to_string(seal_.entrants)));
      }
    }
    conclude("leaves", wrongs, std::to_string(list_.size()) + ", each of them once");
    not_checked("leaves",
                "whether one person, or the operator, has many tickets; no list can show that");
  }

  void root() {
    if (!list_readable("root") || !readable("root", {"seal.root"})) return;
    compare("root", "seal.root", list_.root, seal_.root);
  }

  void seal() {
    if (!readable("seal", {"seal", "terms.at", "terms.closes_at"})) return;
    conclude("seal", check_sealing_time(transcript_), to_hex(hash_of(seal_)));
    not_checked("seal",
                "sealed_at is the operator's word; only the mail of a witness dates the seal");
  }

  void beacon() {
    if (!readable("beacon", {"seal.beacon", "seal.sealed_at", "seal.draw_delay", "reveal"})) return;
    conclude("beacon", check_value(transcript_), beacon_text());
    switch (seal_.beacon.kind) {
      case BeaconKind::none:
        not_checked("beacon", "whether the operator read the secret before the list was sealed");
        break;
      case BeaconKind::drand:
        not_checked("beacon", "compare with https://api.drand.sh/" + seal_.beacon.chain +
                                  "/public/" + std::to_string(seal_.beacon.round));
        if (find_known_chain(seal_.beacon.chain) != nullptr) break;
        not_checked("beacon",
                    "this chain is none that is known here: whoever runs it may have known the"
                    " value before the list was sealed");
        break;
      case BeaconKind::public_source:
        not_checked("beacon", "compare with " + json_text(seal_.beacon.source));
        not_checked("beacon",
                    "whoever sealed may have known the value, unless the mail of a witness is"
                    " older than the event");
        break;
    }
  }

  static std::string json_text(const std::string& text) { return Json(text).dump(-1, ' ', true); }

  std::string beacon_text() const {
    switch (seal_.beacon.kind) {
      case BeaconKind::none:
        return "none";
      case BeaconKind::drand:
        return "round " + std::to_string(seal_.beacon.round) + " of drand chain " +
               seal_.beacon.chain + ", value " + json_text(transcript_.reveal.value);
      case BeaconKind::public_source:
        break;
    }
    return "value " + json_text(transcript_.reveal.value) + " in the format " +
           json_text(seal_.beacon.format);
  }

  void seed() {
    if (!readable("seed", {"seed", "seal", "reveal.secret", "reveal.value"})) return;
    compare("seed", "seed",
            draw_seed(hash_of(seal_), transcript_.reveal.secret, transcript_.reveal.value),
            transcript_.seed);
  }

  void drawn() {
    if (!readable("drawn", {"drawn", "seed", "seal.entrants", "seal.winners", "seal.alternates"})) {
      return;
    }
    Wrongs wrongs = check_drawn(transcript_);
    // Without a list the indices can still be checked; "leaves" has failed already.
    if (list_.problem.empty()) {
      const Wrongs more = check_drawn_leaves(transcript_, list_);
      wrongs.insert(wrongs.end(), more.begin(), more.end());
    }
    conclude("drawn", wrongs, std::to_string(transcript_.drawn.size()));
  }

  void events() {
    if (!readable("events", {"events", "seal.sealed_at", "seal.winners", "drawn"})) return;
    conclude("events", check_events(transcript_), std::to_string(transcript_.events.size()));
  }

  void digest() {
    if (!readable("digest", {"digest"})) return;
    compare("digest", "digest", digest_of(reading_.json), reading_.digest);
    not_checked(
        "digest",
        "whether an event was removed; compare with an earlier transcript, if you have one");
  }

  void receipt(const Receipt& receipt) {
    if (!list_readable("receipt") || !readable("receipt", {"drawn", "events", "seal.winners"})) {
      return;
    }
    std::string verdict;
    const Wrongs wrongs = check_receipt(transcript_, list_, receipt, verdict);
    conclude("receipt", wrongs, verdict);
  }

  void kept_seal(const std::string& kept) {
    if (!readable("kept seal", {"seal"})) return;
    conclude("kept seal", check_kept_seal(seal_, kept), "is the same");
  }

  void kept_commitment(const Hash& kept) {
    if (!readable("kept commitment", {"seal.commitment"})) return;
    compare("kept commitment", "seal.commitment", kept, seal_.commitment);
  }

  void kept_terms(const Hash& kept) {
    if (!readable("kept terms", {"seal.terms"})) return;
    Wrongs wrongs;
    if (kept != seal_.terms) {
      wrongs.emplace_back("the terms changed after this receipt; see terms.json");
    }
    conclude("kept terms", wrongs, "are the same");
  }

  // False, with the check skipped, if the form of a field that `name` needs is wrong.
  bool readable(const char* name, std::initializer_list<std::string_view> paths) {
    for (const std::string_view path : paths) {
      if (reading_.readable(path)) continue;
      skip(name, std::string(path) + " cannot be read");
      return false;
    }
    return true;
  }

  bool list_readable(const char* name) {
    if (list_.problem.empty()) return true;
    skip(name, "the list of leaves cannot be read");
    return false;
  }

  void compare(const char* name, const std::string& field, const Hash& expected,
               const Hash& found) {
    Wrongs wrongs;
    if (expected != found) wrongs.push_back(mismatch(field, to_hex(expected), to_hex(found)));
    conclude(name, wrongs, to_hex(found));
  }

  void conclude(const char* name, const Wrongs& wrongs, const std::string& right) {
    if (wrongs.empty()) add(name, Check::Outcome::passed, right);
    for (std::size_t i = 0; i < std::min(wrongs.size(), kMaxWrongs); ++i) {
      add(name, Check::Outcome::failed, wrongs[i]);
    }
    if (wrongs.size() > kMaxWrongs) {
      add(name, Check::Outcome::failed,
          "and " + std::to_string(wrongs.size() - kMaxWrongs) + " more");
    }
  }

  void skip(const char* name, const std::string& why) { add(name, Check::Outcome::skipped, why); }

  void not_checked(const char* name, const std::string& what) {
    add(name, Check::Outcome::not_checked, what);
  }

  void add(const char* name, Check::Outcome outcome, const std::string& detail) {
    report_.checks.push_back({name, outcome, detail});
  }

  const TranscriptReading& reading_;
  const Transcript& transcript_;
  const Seal& seal_;
  const LeafList& list_;
  DrawReport report_;
};

}  // namespace

bool DrawReport::passed() const {
  return std::none_of(checks.begin(), checks.end(),
                      [](const Check& check) { return check.outcome == Check::Outcome::failed; });
}

std::optional<Nonce> parse_nonce(std::string_view text) {
  // Half a hash in its one form.
  Nonce nonce{};
  const auto hash = parse_hash(std::string(text) + std::string(text));
  if (!hash) return std::nullopt;
  std::copy_n(hash->begin(), nonce.size(), nonce.begin());
  return nonce;
}

DrawReport check_draw(std::string_view transcript, std::istream& leaves, const Kept& kept) {
  const TranscriptReading reading = read_transcript(transcript);
  const LeafList list = read_leaf_list(leaves);
  return Checker(reading, list).run(kept);
}

}  // namespace promotions
