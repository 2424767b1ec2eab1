// A draw as a campaign would publish it, for tests of those who check it.
#pragma once

#include <algorithm>
#include <string>

#include "promotions/base/encoding.h"
#include "promotions/domain/draw_check.h"
#include "promotions/domain/merkle_tree.h"
#include "promotions/domain/transcript.h"

namespace promotions {

struct SampleDraw {
  Transcript transcript;
  std::string leaves;  // the published list

  std::string text() const { return to_json(transcript).dump(); }
};

// Of the entrant at `index`: every third ticket was never an entrant's.
inline Receipt sample_receipt(std::uint64_t index) {
  Receipt receipt;
  receipt.ticket = static_cast<std::int64_t>(index + index / 2 + 1);
  receipt.nonce.fill(static_cast<unsigned char>(index + 1));
  receipt.email_keys = {"entrant" + std::to_string(index) + "@example.org"};
  return receipt;
}

inline SampleDraw sample_draw(std::uint64_t entrants, int winners, int alternates,
                              const Beacon& beacon = {}, const std::string& value = {}) {
  SampleDraw draw;
  Transcript& transcript = draw.transcript;
  transcript.secret.fill(0xAA);
  transcript.value = value;
  Seal& seal = transcript.seal;
  seal.campaign = "demo";
  seal.entrants = entrants;
  seal.winners = winners;
  seal.alternates = alternates;
  seal.commitment = commitment_of(transcript.secret);
  seal.sealed_at = Time(std::chrono::seconds(1'798'135'200));
  seal.beacon = beacon;
  MerkleRoot root;
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < entrants; ++i) {
    const Receipt receipt = sample_receipt(i);
    leaves.push_back(entrant_leaf(receipt.ticket, receipt.nonce, receipt.email_keys.front()));
    root.add(leaves.back());
    draw.leaves += to_hex(leaves.back()) + "\n";
  }
  seal.root = root.root();
  transcript.seed = draw_seed("demo", seal.root, entrants, transcript.secret, value);
  const auto count = static_cast<std::uint64_t>(winners + alternates);
  for (const std::uint64_t index : choose_indices(transcript.seed, entrants, count)) {
    const int position = static_cast<int>(transcript.drawn.size()) + 1;
    transcript.drawn.push_back(
        {position, position <= winners, index, sample_receipt(index).ticket, leaves[index]});
  }
  return draw;
}

inline Beacon sample_drand() {
  return {BeaconKind::drand, "", std::string(64, 'd'), 4'711};
}

// With everything in it that a transcript may hold.
inline SampleDraw eventful_draw() {
  SampleDraw draw = sample_draw(12, 2, 2, sample_drand(), std::string(64, '7'));
  Transcript& transcript = draw.transcript;
  transcript.seal.excluded = 3;
  transcript.seal.disqualified = 10;
  const Time later = transcript.seal.sealed_at + Millis(90'500);
  transcript.events = {{later, 2, "no answer: \"señor\\a\"\x1f", 3},
                       {later + Millis(500), 3, "", 4},
                       {later, 1, "🎲", std::nullopt}};
  return draw;
}

// As short as one with events can be, for tests that alter each byte.
inline SampleDraw short_eventful_draw() {
  SampleDraw draw = sample_draw(3, 1, 1, sample_drand(), std::string(64, '7'));
  draw.transcript.seal.excluded = 3;
  const Time later = draw.transcript.seal.sealed_at + Millis(500);
  draw.transcript.events = {{later, 1, "señor \"\\\x1f", 2}, {later, 2, "", std::nullopt}};
  return draw;
}

}  // namespace promotions
