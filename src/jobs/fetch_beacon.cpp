#include <chrono>

#include "jobs/kinds.h"

namespace promotions {
namespace {

// Relays have a round only some moments after it is due. While it is that fresh, they are asked
// again soon instead of after the queue's delay.
constexpr Millis kFresh = std::chrono::minutes(1);
constexpr Millis kSoon = std::chrono::seconds(2);

JobResult again(const JobContext& context, const BeaconTrouble& trouble, std::int64_t round) {
  JobResult result{JobResult::Kind::retry, trouble.reason, {}};
  if (!trouble.not_yet) return result;
  const auto chain = context.drand.chain();
  const auto* known = std::get_if<DrandChain>(&chain);
  const Time now = context.clock.now();
  if (known != nullptr && now < time_of(*known, round) + kFresh) {
    result.retry_after = kSoon;
  }
  return result;
}

}  // namespace

JobResult fetch_beacon(const JobContext& context, const Job& job) {
  const auto draw = context.storage.read(
      [&](const Stores& stores) { return stores.draws.find(job.campaign_id); });
  if (!draw) return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  if (draw->seed) return {};  // drawn already
  // The seal fixes the chain, so another one cannot stand in for it.
  if (draw->beacon.chain != context.drand_chain) {
    return {JobResult::Kind::retry,
            "the draw is sealed for the chain " + draw->beacon.chain +
                ", and draw.drand_chain is another one; set it back",
            {}};
  }
  const auto answer = context.drand.value(draw->beacon.round);
  if (const auto* trouble = std::get_if<BeaconTrouble>(&answer)) {
    return again(context, *trouble, draw->beacon.round);
  }
  context.draws.draw(job.campaign_id, std::get<BeaconAnswer>(answer));
  return {};
}

}  // namespace promotions
