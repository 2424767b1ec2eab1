// The part of Draws that publishes seal, transcript, proofs and leaves.
#include <algorithm>

#include "manager/stored_draw.h"
#include "promotions/domain/merkle_tree.h"
#include "promotions/manager/draws.h"

namespace promotions {
namespace {

struct Sealed {
  CampaignPtr campaign;
  Draw draw;
};

Published<Sealed> find_sealed(Storage& storage, CampaignPtr campaign) {
  if (!campaign) return NotPublished::no_such_campaign;
  auto draw = storage.read([&](const Stores& stores) { return stores.draws.find(campaign->id); });
  if (!draw || !draw->root) return NotPublished::not_sealed;
  return Sealed{std::move(campaign), std::move(*draw)};
}

}  // namespace

Published<Seal> Draws::seal_of(std::string_view slug) {
  const auto found = find_sealed(storage_, campaigns_.find(slug));
  if (const auto* none = std::get_if<NotPublished>(&found)) return *none;
  const auto& [campaign, draw] = std::get<Sealed>(found);
  return stored_seal(*campaign, draw);
}

Published<Transcript> Draws::transcript(std::string_view slug) {
  const auto found = find_sealed(storage_, campaigns_.find(slug));
  if (const auto* none = std::get_if<NotPublished>(&found)) return *none;
  const auto& sealed = std::get<Sealed>(found);
  if (!sealed.draw.seed) return NotPublished::not_drawn;
  return storage_.read([&](const Stores& stores) {
    return stored_transcript(stores, *sealed.campaign, sealed.draw);
  });
}

// Made from one chunk and the roots of all chunks, so that a million entrants need not be read.
Published<Proof> Draws::proof(std::string_view slug, std::int64_t ticket) {
  const auto found = find_sealed(storage_, campaigns_.find(slug));
  if (const auto* none = std::get_if<NotPublished>(&found)) return *none;
  const auto& [campaign, draw] = std::get<Sealed>(found);
  std::vector<Hash> roots;
  const auto chunk = storage_.read([&, &id = campaign->id](const Stores& stores) {
    roots = stores.entrants.chunk_roots(id);
    return stores.entrants.chunk_of_ticket(id, ticket);
  });
  if (!chunk) return NotPublished::no_such_ticket;
  const auto place = std::lower_bound(chunk->tickets.begin(), chunk->tickets.end(), ticket);
  if (place == chunk->tickets.end() || *place != ticket) return NotPublished::no_such_ticket;

  const auto within = static_cast<std::uint64_t>(place - chunk->tickets.begin());
  const auto number = static_cast<std::uint64_t>(chunk->number);
  Proof proof;
  proof.ticket = ticket;
  proof.index = number * EntrantChunk::kEntrants + within;
  proof.key = chunk->keys.at(within);
  proof.leaf = chunk->leaf(within);
  proof.entrants = static_cast<std::uint64_t>(draw.entrants);
  proof.root = draw.root.value();
  proof.path = inclusion_path(chunk->leaves(), within);
  const auto above = inclusion_path(roots, number);
  proof.path.insert(proof.path.end(), above.begin(), above.end());
  return proof;
}

NotEntered Draws::why_not_entered(const Campaign& campaign, std::int64_t ticket) {
  const auto subscriber = storage_.read(
      [&](const Stores& stores) { return stores.subscribers.find_by_ticket(campaign.id, ticket); });
  if (!subscriber) return NotEntered::unknown;
  // The same order as in the seal: who is excluded does not count as disqualified.
  if (is_excluded_by(campaign.settings, subscriber->email_key)) return NotEntered::excluded;
  return subscriber->disqualified ? NotEntered::disqualified : NotEntered::unknown;
}

std::vector<Hash> Draws::leaves(std::int64_t campaign_id, std::int64_t chunk) {
  const auto found = storage_.read(
      [&](const Stores& stores) { return stores.entrants.chunk(campaign_id, chunk); });
  return found ? found->leaves() : std::vector<Hash>{};
}

std::vector<Drawn> Draws::drawn(std::int64_t campaign_id) {
  return storage_.read([&](const Stores& stores) { return stores.draws.drawn(campaign_id); });
}

}  // namespace promotions
