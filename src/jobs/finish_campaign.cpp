#include "jobs/kinds.h"

namespace promotions {
namespace {

// Seals the list of a campaign with a drand beacon. The seal names a round, so the times of the
// chain's rounds must be known before.
JobResult seal_for_round(const JobContext& context, const Campaign& campaign) {
  if (campaign.settings.beacon.chain != context.drand_chain) {
    return {JobResult::Kind::retry,
            "the campaign's chain is " + campaign.settings.beacon.chain +
                ", and draw.drand_chain another one; set it back",
            {}};
  }
  const auto answer = context.drand.chain();
  if (const auto* trouble = std::get_if<BeaconTrouble>(&answer)) {
    return {JobResult::Kind::retry, trouble->reason, {}};
  }
  const auto& chain = std::get<DrandChain>(answer);
  context.draws.seal(campaign.id, [&chain](Time sealed_at, Millis draw_delay) {
    const std::int64_t round = round_of_seal(chain, sealed_at, draw_delay);
    return BeaconRound{round, time_of(chain, round)};
  });
  return {};
}

}  // namespace

JobResult finish_campaign(const JobContext& context, const Job& job) {
  const auto campaign = context.storage.read(
      [&](const Stores& stores) { return stores.campaigns.find(job.campaign_id); });
  if (!campaign) return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  // For drand, the seal enqueues fetch_beacon, which draws. For other beacons, draw() does nothing
  // while the value is missing.
  if (campaign->settings.beacon.kind == BeaconKind::drand) {
    return campaign->sealed_at ? JobResult{} : seal_for_round(context, *campaign);
  }
  context.draws.seal(job.campaign_id);
  context.draws.draw(job.campaign_id);
  return {};
}

}  // namespace promotions
