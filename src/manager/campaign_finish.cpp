// CampaignManager's part that stops lists and draws.
#include "promotions/domain/draw.h"
#include "promotions/manager/campaign_manager.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {

FinishResult CampaignManager::finish_campaign(std::string_view slug, Millis patience) {
  CampaignPtr campaign = find(slug);
  if (!campaign) return {};
  const std::int64_t id = campaign->id;
  if (!campaign->finishing_at) {
    Draw draw;
    random_.fill(draw.seed);
    const bool stopped = storage_.write([&](Stores& stores) {
      if (!stores.campaigns.is_list_open(id)) return true;  // by somebody else, just now
      const auto current = stores.campaigns.find(id);
      draw.entrants = stores.campaigns.counts(id).verified;
      if (!current || draw.entrants == 0) return false;
      draw.winners = current->settings.winners;
      draw.alternates = current->settings.alternates;
      const Time now = clock_.now();
      stores.draws.insert(id, draw);
      stores.campaigns.set_finishing(id, now);
      stores.jobs.enqueue({.lane = lanes::kWork,
                           .kind = job_kinds::kFinishCampaign,
                           .campaign_id = id,
                           .max_attempts = kWorkAttempts},
                          now);
      return true;
    });
    if (!stopped) return {.outcome = FinishOutcome::no_verified_subscribers, .campaign = campaign};
    refresh(id);
  }
  {
    std::shared_lock lock(mutex_);
    finished_.wait_for(lock, patience, [&] {
      const auto found = campaigns_.find(slug);
      return found == campaigns_.end() || found->second->finished_at;
    });
  }
  return peek_finish(slug);
}

FinishResult CampaignManager::peek_finish(std::string_view slug) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return {};
  if (!campaign->finished_at) return {.outcome = FinishOutcome::finishing, .campaign = campaign};
  FinishResult result{.outcome = FinishOutcome::finished, .campaign = campaign};
  result.drawn = storage_.read([&](const Stores& stores) {
    result.entrants = stores.draws.find(campaign->id).value_or(Draw{}).entrants;
    return stores.draws.drawn(campaign->id);
  });
  return result;
}

void CampaignManager::complete_finish(std::int64_t campaign_id) {
  // Outside the writer: nothing can change the list any more, so a snapshot is as good as the
  // truth.
  const auto draw =
      storage_.read([&](const Stores& stores) { return stores.draws.find(campaign_id); });
  if (!draw) return;  // the campaign was deleted
  const auto tickets =
      storage_.read([&](const Stores& stores) { return stores.subscribers.tickets(campaign_id); });
  const auto count = static_cast<std::uint64_t>(draw->winners + draw->alternates);
  const auto indices = choose_indices(draw->seed, tickets.size(), count);

  storage_.write([&](Stores& stores) {
    const auto campaign = stores.campaigns.find(campaign_id);
    if (!campaign || campaign->finished_at) return;
    const Time now = clock_.now();
    Drawn drawn;
    for (const std::uint64_t index : indices) {
      drawn.ticket = tickets.at(index);
      drawn.subscriber_id = stores.subscribers.find_by_ticket(campaign_id, drawn.ticket).value().id;
      drawn.winner = ++drawn.position <= draw->winners;
      stores.draws.insert_drawn(campaign_id, drawn);
      if (!drawn.winner) continue;
      stores.jobs.enqueue({.lane = lanes::kMail,
                           .kind = job_kinds::kWinner,
                           .campaign_id = campaign_id,
                           .subscriber_id = drawn.subscriber_id,
                           .priority = job_priorities::kResult,
                           .max_attempts = options_.max_attempts},
                          now);
    }
    stores.campaigns.set_finished(campaign_id, now);
    stores.jobs.enqueue({.lane = lanes::kMail,
                         .kind = job_kinds::kAdminResult,
                         .campaign_id = campaign_id,
                         .priority = job_priorities::kResult,
                         .max_attempts = options_.max_attempts},
                        now);
  });
  refresh(campaign_id);
}

}  // namespace promotions
