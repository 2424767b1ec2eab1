#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

// Clocks of mail and prize need not agree to the second.
constexpr Millis kTolerance = std::chrono::minutes(1);

// Is it time to remind the winner? If the winner's mail had to be sent again, the time has begun
// anew, and has a reminder of its own.
bool is_due(const Campaign& campaign, const Drawn& drawn, Time now) {
  const auto& within = campaign.settings.claim_within;
  if (state_of(drawn) != PrizeState::notified || !drawn.claim_until || !within) return false;
  return now < *drawn.claim_until && now >= *drawn.claim_until - *within / 4 - kTolerance;
}

}  // namespace

JobResult send_claim_reminder(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  const auto drawn = context.storage.read(
      [&](const Stores& stores) { return stores.draws.drawn(job.campaign_id, job.subscriber_id); });
  if (!recipient || !drawn) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  const Campaign& campaign = recipient->campaign;
  if (!is_due(campaign, *drawn, context.clock.now())) {
    return {JobResult::Kind::cancel, "there is nothing to be reminded of any more", {}};
  }
  Json values = recipient_context(context, *recipient);
  values["position"] = drawn->position;
  values["ticket"] = drawn->ticket;
  if (const Prize* prize = prize_of(context, campaign, drawn->position)) {
    values["prize"] = prize_context(*prize, campaign, recipient->locale());
  }
  values["claim_link"] = claim_link(context, recipient->subscriber, job.created_at);
  values["claim_until"] =
      to_local_text(*drawn->claim_until, campaign.settings.time_zone, recipient->locale());
  values["draw_link"] = public_link(context, campaign, "draw");
  return send_mail(context, job, campaign, recipient->locale(), drawn->email, values);
}

}  // namespace promotions
