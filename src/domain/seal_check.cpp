#include "domain/seal_check.h"

#include "domain/json_text.h"
#include "promotions/base/encoding.h"
#include "promotions/base/time_text.h"
#include "promotions/domain/drand_chain.h"

namespace promotions {
namespace {

// What a reveal must have beside the value, and what it must not have.
void check_presence(const char* name, const std::string& found, bool belongs, Wrongs& wrongs) {
  const std::string field = std::string("reveal.") + name;
  if (belongs && found.empty()) wrongs.push_back(field + ": is missing");
  if (!belongs && !found.empty()) wrongs.push_back(field + ": does not belong to this beacon");
}

void check_signature(const Reveal& reveal, Wrongs& wrongs) {
  Bytes signature;
  for (std::size_t i = 0; i + 1 < reveal.signature.size(); i += 2) {
    signature.push_back(
        static_cast<unsigned char>(std::stoi(reveal.signature.substr(i, 2), nullptr, 16)));
  }
  const std::string expected = to_hex(sha256(signature));
  if (reveal.value != expected) {
    wrongs.push_back(mismatch("reveal.value", expected + ", the SHA-256 of reveal.signature",
                              json_excerpt(reveal.value)));
  }
}

// Another round could have been known when the list was sealed, or leave a choice of rounds.
void check_round(const Seal& seal, const DrandChain& chain, Wrongs& wrongs) {
  const std::int64_t round = round_of_seal(chain, seal.sealed_at, seal.draw_delay);
  if (seal.beacon.round == round) return;
  wrongs.push_back(mismatch("seal.beacon.round",
                            std::to_string(round) + ", the first one after seal and draw_delay",
                            std::to_string(seal.beacon.round)));
}

}  // namespace

Wrongs check_terms(const Transcript& transcript) {
  Wrongs wrongs;
  const Seal& seal = transcript.seal;
  const Hash hash = hash_of(transcript.terms);
  if (hash != seal.terms)
    wrongs.push_back(mismatch("seal.terms", to_hex(hash), to_hex(seal.terms)));
  const std::int64_t prizes = count_together(transcript.terms.prizes);
  if (!transcript.terms.prizes.empty() && prizes != seal.winners) {
    wrongs.push_back(mismatch("seal.winners",
                              std::to_string(prizes) + ", as many as there are prizes",
                              std::to_string(seal.winners)));
  }
  return wrongs;
}

Wrongs check_sealing_time(const Transcript& transcript) {
  Wrongs wrongs;
  const Time sealed_at = transcript.seal.sealed_at;
  const auto not_before = [&](Time time, const char* field) {
    if (sealed_at >= time) return;
    wrongs.push_back(mismatch("seal.sealed_at",
                              "a time not before " + to_rfc3339(time) + ", " + field,
                              to_rfc3339(sealed_at)));
  };
  not_before(transcript.terms.at, "terms.at");
  if (transcript.terms.closes_at) not_before(*transcript.terms.closes_at, "terms.closes_at");
  return wrongs;
}

Wrongs check_value(const Transcript& transcript) {
  Wrongs wrongs;
  const Seal& seal = transcript.seal;
  const Beacon& beacon = seal.beacon;
  const Reveal& reveal = transcript.reveal;
  const auto problem = value_problem(beacon, reveal.value);
  if (problem) wrongs.push_back("reveal.value: " + *problem);

  const bool is_drand = beacon.kind == BeaconKind::drand;
  const KnownDrandChain* known = is_drand ? find_known_chain(beacon.chain) : nullptr;
  check_presence("signature", reveal.signature, is_drand, wrongs);
  // Whether the rounds of an unknown chain are chained cannot be told.
  if (known != nullptr || !is_drand) {
    check_presence("previous_signature", reveal.previous_signature,
                   known != nullptr && known->is_chained, wrongs);
  }
  if (known != nullptr) check_round(seal, known->chain, wrongs);
  if (is_drand && !reveal.signature.empty() && !problem) check_signature(reveal, wrongs);

  if (beacon.known_from && seal.sealed_at >= *beacon.known_from) {
    wrongs.push_back(
        mismatch("seal.sealed_at",
                 "a time before " + to_rfc3339(*beacon.known_from) + ", seal.beacon.known_from",
                 to_rfc3339(seal.sealed_at)));
  }
  return wrongs;
}

Wrongs check_kept_seal(const Seal& seal, std::string_view kept) {
  Wrongs wrongs;
  const SealReading reading = read_seal(kept);
  for (const RecordProblem& problem : reading.problems) {
    wrongs.push_back("the kept seal cannot be read: " + problem.place +
                     (problem.place.empty() ? "it " : ": ") + problem.what);
  }
  if (!wrongs.empty()) return wrongs;
  const Json expected = to_json(reading.seal);
  const Json found = to_json(seal);
  for (const auto& [name, value] : expected.items()) {
    if (found.at(name) == value) continue;
    wrongs.push_back(mismatch("seal." + name, value.dump(-1, ' ', true) + " as in the kept seal",
                              found.at(name).dump(-1, ' ', true)));
  }
  return wrongs;
}

}  // namespace promotions
