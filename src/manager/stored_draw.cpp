#include "manager/stored_draw.h"

namespace promotions {

Seal stored_seal(const Campaign& campaign, const Draw& draw) {
  Seal seal;
  seal.campaign = campaign.slug;
  seal.entrants = static_cast<std::uint64_t>(draw.entrants);
  seal.root = draw.root.value();
  seal.winners = draw.winners;
  seal.alternates = draw.alternates;
  seal.commitment = campaign.commitment;
  seal.sealed_at = draw.sealed_at;
  seal.beacon = draw.beacon;
  seal.excluded = draw.excluded;
  seal.disqualified = draw.disqualified;
  return seal;
}

Transcript stored_transcript(const Stores& stores, const Campaign& campaign, const Draw& draw) {
  Transcript transcript;
  transcript.seal = stored_seal(campaign, draw);
  transcript.value = draw.value.value();
  transcript.seed = draw.seed.value();
  transcript.secret = stores.campaigns.secret(campaign.id).value();
  transcript.events = stores.draws.events(campaign.id);
  for (const Drawn& one : stores.draws.drawn(campaign.id)) {
    const auto index = static_cast<std::uint64_t>(one.entrant);
    const auto chunk = stores.entrants.chunk(
        campaign.id, static_cast<std::int64_t>(index / EntrantChunk::kEntrants));
    const auto leaves = chunk ? chunk->leaves : std::vector<Hash>{};
    transcript.drawn.push_back(
        {one.position, one.winner, index, one.ticket, leaves.at(index % EntrantChunk::kEntrants)});
  }
  return transcript;
}

}  // namespace promotions
