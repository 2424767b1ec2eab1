#include "manager/stored_draw.h"

#include <stdexcept>

#include "promotions/base/encoding.h"

namespace promotions {

namespace {

Terms sealed_terms(const Stores& stores, const Campaign& campaign, const Draw& draw) {
  for (const PublishedTerms& version : stores.terms.all(campaign.id)) {
    if (version.hash == draw.terms) return version.terms;
  }
  throw std::runtime_error("the terms that its seal names, " + to_hex(draw.terms) +
                           ", are not stored");
}

}  // namespace

Seal stored_seal(const Campaign& campaign, const Draw& draw) {
  Seal seal;
  seal.campaign = campaign.slug;
  seal.terms = draw.terms;
  seal.entrants = draw.entrants;
  seal.root = draw.root.value();
  seal.winners = draw.winners;
  seal.alternates = draw.alternates;
  seal.excluded = draw.excluded;
  seal.disqualified = draw.disqualified;
  seal.commitment = campaign.commitment;
  seal.draw_delay = draw.draw_delay;
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
  transcript.terms = sealed_terms(stores, campaign, draw);
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
