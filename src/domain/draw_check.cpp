#include "promotions/domain/draw_check.h"

#include <sodium.h>

#include <algorithm>

#include "domain/drawn_check.h"
#include "domain/leaf_list.h"
#include "domain/transcript_reader.h"
#include "promotions/base/encoding.h"

namespace promotions {
namespace {

constexpr std::size_t kMaxWrongs = 10;  // for each check; more of them would say nothing new

// Runs all checks in order. A check whose fields could not be read is skipped, so that one mistake
// in the form is reported once and not again by every check that needs the field.
class Checker {
 public:
  Checker(const TranscriptReading& reading, const LeafList& list)
      : reading_(reading), transcript_(reading.transcript), seal_(transcript_.seal), list_(list) {}

  DrawReport run(const std::optional<Receipt>& receipt) {
    form();
    commitment();
    leaves();
    root();
    beacon();
    seed();
    drawn();
    events();
    digest();
    if (receipt) check_receipt(*receipt);
    return std::move(report_);
  }

 private:
  void form() {
    Wrongs wrongs;
    for (const FormProblem& problem : reading_.problems) {
      wrongs.push_back(problem.path.empty() ? "the transcript " + problem.what
                                            : problem.path + ": " + problem.what);
    }
    conclude("form", wrongs, "version 1, campaign " + seal_.campaign);
  }

  void commitment() {
    if (!readable("commitment", {"seal.commitment", "reveal.secret"})) return;
    compare("commitment", "seal.commitment", commitment_of(transcript_.secret), seal_.commitment);
  }

  void leaves() {
    Wrongs wrongs;
    if (!list_.problem.empty()) {
      wrongs.push_back(list_.problem);
    } else if (reading_.readable("seal.entrants") && list_.size != seal_.entrants) {
      wrongs.push_back(mismatch("seal.entrants", std::to_string(list_.size) + " as in the list",
                                std::to_string(seal_.entrants)));
    }
    conclude("leaves", wrongs, std::to_string(list_.size));
  }

  void root() {
    if (!list_readable("root") || !readable("root", {"seal.root"})) return;
    compare("root", "seal.root", list_.root, seal_.root);
  }

  void beacon() {
    if (!readable("beacon", {"seal.beacon", "reveal.beacon"})) return;
    Wrongs wrongs;
    // The organiser must not switch to another source or round after the seal.
    if (!(reading_.revealed == seal_.beacon)) {
      wrongs.push_back(mismatch("reveal.beacon", to_json(seal_.beacon).dump(-1, ' ', true),
                                to_json(reading_.revealed).dump(-1, ' ', true)));
    }
    const std::string value = OrderedJson(transcript_.value).dump(-1, ' ', true);
    if (!is_beacon_value(seal_.beacon.kind, transcript_.value)) {
      wrongs.push_back(mismatch("reveal.beacon.value", expected_value(), value));
    }
    conclude("beacon", wrongs, beacon_text(value));
  }

  std::string expected_value() const {
    switch (seal_.beacon.kind) {
      case BeaconKind::none:
        return "nothing";
      case BeaconKind::drand:
        return "64 lower-case hexadecimal digits";
      case BeaconKind::public_source:
        break;
    }
    return "a text without white space around it";
  }

  // Tells the reader what to look up elsewhere.
  std::string beacon_text(const std::string& value) const {
    switch (seal_.beacon.kind) {
      case BeaconKind::none:
        return "none; the operator is trusted not to have read the secret in time";
      case BeaconKind::drand:
        return "round " + std::to_string(seal_.beacon.round) + " of drand chain " +
               seal_.beacon.chain + "; compare its randomness with " + value;
      case BeaconKind::public_source:
        break;
    }
    return OrderedJson(seal_.beacon.source).dump(-1, ' ', true) + "; compare it with " + value;
  }

  void seed() {
    if (!readable("seed", {"seed", "seal.campaign", "seal.root", "seal.entrants", "reveal.secret",
                           "reveal.beacon.value"})) {
      return;
    }
    compare("seed", "seed",
            draw_seed(seal_.campaign, seal_.root, seal_.entrants, transcript_.secret,
                      transcript_.value),
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
    if (!reading_.digest) {
      skip("digest", "there is none, so times, reasons and tickets are as somebody says");
      return;
    }
    compare("digest", "digest", digest_of(reading_.json), *reading_.digest);
  }

  void check_receipt(const Receipt& receipt) {
    if (!list_readable("receipt") || !readable("receipt", {"drawn", "events", "seal.winners"})) {
      return;
    }
    std::string verdict;
    const Wrongs wrongs = promotions::check_receipt(transcript_, list_, receipt, verdict);
    conclude("receipt", wrongs, verdict);
  }

  // Skips the check `name` and returns false if a field that it needs could not be read.
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
    if (wrongs.empty()) report_.checks.push_back({name, Check::Outcome::passed, right});
    for (std::size_t i = 0; i < std::min(wrongs.size(), kMaxWrongs); ++i) {
      report_.checks.push_back({name, Check::Outcome::failed, wrongs[i]});
    }
    if (wrongs.size() > kMaxWrongs) {
      report_.checks.push_back({name, Check::Outcome::failed,
                                "and " + std::to_string(wrongs.size() - kMaxWrongs) + " more"});
    }
  }

  void skip(const char* name, const std::string& why) {
    report_.checks.push_back({name, Check::Outcome::skipped, why});
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
  Nonce nonce{};
  std::size_t size = 0;
  // With a null `end`, libsodium fails unless it has consumed the whole text.
  if (text.size() != nonce.size() * 2 ||
      sodium_hex2bin(nonce.data(), nonce.size(), text.data(), text.size(), nullptr, &size,
                     nullptr) != 0) {
    return std::nullopt;
  }
  return nonce;
}

DrawReport check_draw(std::string_view transcript, std::istream& leaves,
                      const std::optional<Receipt>& receipt) {
  // The list is read only once, so everything that the checks need from it is asked for before.
  const TranscriptReading reading = read_transcript(transcript);
  LeafQuestions questions;
  for (const DrawnEntry& entry : reading.transcript.drawn) {
    questions.indices.push_back(entry.index);
  }
  if (receipt) {
    for (const std::string& email_key : receipt->email_keys) {
      questions.leaves.push_back(entrant_leaf(receipt->ticket, receipt->nonce, email_key));
    }
  }
  const LeafList list = read_leaf_list(leaves, questions);
  return Checker(reading, list).run(receipt);
}

}  // namespace promotions
