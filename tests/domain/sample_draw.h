// A draw as a campaign would publish it, for tests of those who check it.
#pragma once

#include <algorithm>
#include <string>

#include "promotions/base/encoding.h"
#include "promotions/domain/canonical_json.h"
#include "promotions/domain/drand_chain.h"
#include "promotions/domain/draw_check.h"
#include "promotions/domain/merkle_tree.h"
#include "promotions/domain/transcript.h"

namespace promotions {

inline constexpr char kQuicknet[] =
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";
inline constexpr char kDefaultChain[] =
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce";

struct SampleDraw {
  Transcript transcript;
  std::string leaves;  // the published list

  std::string text() const { return canonical_json(to_json(transcript)); }
};

// 2026-12-24T18:00:00Z
inline constexpr Time kSampleSealing{std::chrono::seconds(1'798'135'200)};

// Of the entrant at `index`: every third ticket was never an entrant's.
inline Receipt sample_receipt(std::int64_t index) {
  Receipt receipt;
  receipt.ticket = index + index / 2 + 1;
  receipt.nonce.fill(static_cast<unsigned char>(index + 1));
  receipt.email_key = "entrant" + std::to_string(index) + "@example.org";
  return receipt;
}

inline Hash sample_key(std::int64_t index) {
  const Receipt receipt = sample_receipt(index);
  return entrant_key(receipt.nonce, receipt.email_key);
}

inline Terms sample_terms(std::int64_t winners) {
  Terms terms;
  terms.at = kSampleSealing - std::chrono::hours(24 * 30);
  terms.name = "Sorteo de Navidad";
  terms.organizer = "AMPA Miguel Hernández";
  terms.closes_at = kSampleSealing - std::chrono::hours(1);
  terms.prizes = {{{"Cesta"}, winners, {"80 €"}}};
  return terms;
}

// All that follows from what else is in the transcript: hashes, seed, who is drawn.
inline void complete(SampleDraw& draw) {
  Transcript& transcript = draw.transcript;
  Seal& seal = transcript.seal;
  seal.terms = hash_of(transcript.terms);
  seal.commitment = commitment_of(transcript.reveal.secret);
  MerkleRoot root;
  draw.leaves.clear();
  for (std::int64_t i = 0; i < seal.entrants; ++i) {
    const Hash leaf = entrant_leaf(sample_receipt(i).ticket, sample_key(i));
    root.add(leaf);
    draw.leaves += to_hex(leaf) + "\n";
  }
  seal.root = root.root();
  transcript.seed = draw_seed(hash_of(seal), transcript.reveal.secret, transcript.reveal.value);
  transcript.drawn.clear();
  const auto count = static_cast<std::uint64_t>(seal.winners + seal.alternates);
  const auto entrants = static_cast<std::uint64_t>(seal.entrants);
  for (const std::uint64_t drawn : choose_indices(transcript.seed, entrants, count)) {
    const auto index = static_cast<std::int64_t>(drawn);
    const auto position = static_cast<std::int64_t>(transcript.drawn.size()) + 1;
    const std::int64_t ticket = sample_receipt(index).ticket;
    transcript.drawn.push_back({position, position <= seal.winners, index, ticket,
                                sample_key(index), entrant_leaf(ticket, sample_key(index))});
  }
}

inline SampleDraw sample_draw(std::int64_t entrants, std::int64_t winners, std::int64_t alternates,
                              const Beacon& beacon = {}, const BeaconAnswer& said = {}) {
  SampleDraw draw;
  Transcript& transcript = draw.transcript;
  transcript.terms = sample_terms(winners);
  transcript.reveal.secret.fill(0xAA);
  transcript.reveal.value = said.value;
  transcript.reveal.signature = said.signature;
  transcript.reveal.previous_signature = said.previous_signature;
  Seal& seal = transcript.seal;
  seal.campaign = "demo";
  seal.entrants = entrants;
  seal.winners = winners;
  seal.alternates = alternates;
  seal.draw_delay = std::chrono::seconds(30);
  seal.sealed_at = kSampleSealing;
  seal.beacon = beacon;
  complete(draw);
  return draw;
}

inline Beacon sample_drand(const std::string& chain = kQuicknet) {
  const KnownDrandChain* known = find_known_chain(chain);
  const std::int64_t round =
      known == nullptr ? 4'711
                       : round_of_seal(known->chain, kSampleSealing, std::chrono::seconds(30));
  return {BeaconKind::drand, "", chain, round};
}

inline BeaconAnswer sample_round() {
  const Bytes signature(48, 0xAB);
  return {to_hex(sha256(signature)), to_hex(signature)};
}

inline Beacon sample_lottery() {
  Beacon beacon{BeaconKind::public_source, "lotería de Navidad", "", 0};
  beacon.format = "99999 A";
  beacon.known_from = kSampleSealing + std::chrono::hours(12);
  return beacon;
}

// With everything in it that a transcript may hold.
inline SampleDraw eventful_draw() {
  SampleDraw draw = sample_draw(12, 2, 2, sample_drand(), sample_round());
  Transcript& transcript = draw.transcript;
  transcript.terms.prizes = {{{"", {{"es", "Cesta"}, {"en", "Hamper"}}}, 1, {"80 €"}},
                             {{"Vale"}, 1}};
  transcript.seal.excluded = 3;
  transcript.seal.disqualified = 10;
  complete(draw);
  const Time later = transcript.seal.sealed_at + std::chrono::seconds(90);
  transcript.events = {
      {later, 2, "no answer: \"señor\\a\"", 3, DrawEventKind::unclaimed},
      {later + std::chrono::seconds(1), 3, "withdrawn", 4, DrawEventKind::unreachable},
      {later + std::chrono::seconds(1), 1, "🎲", std::nullopt, DrawEventKind::disqualified}};
  return draw;
}

// As short as one with events can be, for tests that alter each byte.
inline SampleDraw short_eventful_draw() {
  BeaconAnswer said = sample_round();
  said.previous_signature = "cd";
  SampleDraw draw = sample_draw(3, 1, 1, sample_drand(kDefaultChain), said);
  const Time later = draw.transcript.seal.sealed_at + std::chrono::seconds(5);
  draw.transcript.events = {{later, 1, "señor \"\\", 2, DrawEventKind::unclaimed},
                            {later, 2, "-", std::nullopt, DrawEventKind::disqualified}};
  return draw;
}

}  // namespace promotions
