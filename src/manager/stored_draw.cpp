#include "manager/stored_draw.h"

namespace promotions {

Terms stored_terms(const Campaign& campaign) {
  return terms_of(campaign, 1, campaign.created_at);
}

Seal stored_seal(const Campaign& campaign, const Draw& draw) {
  Seal seal;
  seal.campaign = campaign.slug;
  seal.terms = hash_of(stored_terms(campaign));
  seal.entrants = draw.entrants;
  seal.root = draw.root.value();
  seal.winners = draw.winners;
  seal.alternates = draw.alternates;
  seal.excluded = draw.excluded;
  seal.disqualified = draw.disqualified;
  seal.commitment = campaign.commitment;
  seal.draw_delay = sealed_delay(campaign.settings);
  seal.sealed_at = draw.sealed_at;
  seal.beacon = draw.beacon;
  return seal;
}

std::chrono::seconds sealed_delay(const CampaignSettings& settings) {
  return std::chrono::ceil<std::chrono::seconds>(settings.draw_delay);
}

Transcript stored_transcript(const Stores& stores, const Campaign& campaign, const Draw& draw) {
  const BeaconAnswer& said = draw.said.value();
  Transcript transcript;
  transcript.terms = stored_terms(campaign);
  transcript.seal = stored_seal(campaign, draw);
  transcript.reveal = {stores.campaigns.secret(campaign.id).value(), said.value, said.signature,
                       said.previous_signature};
  transcript.seed = draw.seed.value();
  transcript.events = stores.draws.events(campaign.id);
  for (const Drawn& one : stores.draws.drawn(campaign.id)) {
    const auto index = static_cast<std::size_t>(one.entrant);
    const auto chunk = stores.entrants.chunk(
        campaign.id, static_cast<std::int64_t>(index / EntrantChunk::kEntrants));
    const EntrantChunk entrants = chunk.value_or(EntrantChunk{});
    const std::size_t place = index % EntrantChunk::kEntrants;
    transcript.drawn.push_back({one.position, one.winner, one.entrant, one.ticket,
                                entrants.keys.at(place), entrants.leaf(place)});
  }
  return transcript;
}

}  // namespace promotions
