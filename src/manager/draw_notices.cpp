// The part of Draws about winners' mails: when a prize's time to be claimed runs, and what the
// organiser is told when a winner cannot be reached.
#include "promotions/manager/draws.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

// Without a time to claim: so long the organiser may have the mail tried again.
constexpr Millis kKeepUnreachable = std::chrono::hours(24 * 30);

}  // namespace

JobHooks Draws::hooks() const {
  return {[this](Stores& stores, const Job& job, JobEnding ending, Time now) {
            if (job.kind == job_kinds::kWinner) winner_mail_ended(stores, job, ending, now);
          },
          [this](Stores& stores, const Job& job, Time /*now*/) {
            if (job.kind == job_kinds::kWinner) winner_mail_revived(stores, job);
          }};
}

void Draws::winner_mail_ended(Stores& stores, const Job& job, JobEnding ending, Time now) const {
  const auto campaign = stores.campaigns.find(job.campaign_id);
  const auto drawn = stores.draws.drawn(job.campaign_id, job.subscriber_id);
  // Whose prize is gone need not be reached, and whoever claimed was.
  if (!campaign || !drawn || drawn->taken_out) return;
  if (ending == JobEnding::done) stores.draws.set_notified(campaign->id, drawn->position, now);
  if (drawn->claimed_at) return;
  const auto until = start_clock(stores, *campaign, drawn->position, now);
  if (ending == JobEnding::done) return;

  Drawn lost = *drawn;
  lost.unreachable_at = now;
  lost.unreachable = ending;
  lost.unreachable_reason = job.last_error;
  lost.unreachable_job = job.id;
  stores.draws.set_unreachable(campaign->id, lost);
  stores.jobs.keep(job.id, until.value_or(now + kKeepUnreachable));
  // At this very time: by it the mail's job knows which failure it tells.
  stores.jobs.enqueue(
      new_job(job_kinds::kWinnerUnreachable,
              {.campaign_id = campaign->id, .argument = drawn->position}, max_attempts_),
      now);
}

// The mail waits again, and the time to claim with it.
void Draws::winner_mail_revived(Stores& stores, const Job& job) const {
  const auto drawn = stores.draws.drawn(job.campaign_id, job.subscriber_id);
  if (drawn && !drawn->taken_out) stores.draws.clear_notice(job.campaign_id, drawn->position);
}

// Until when the prize can be claimed; nullopt: it need not be.
std::optional<Time> Draws::start_clock(Stores& stores, const Campaign& campaign, int position,
                                       Time now) const {
  if (!campaign.settings.claim_within) return std::nullopt;
  const Time until = now + *campaign.settings.claim_within;
  stores.draws.set_claim_until(campaign.id, position, until);
  enqueue_end_claim(stores, campaign.id, position, until);
  return until;
}

void Draws::enqueue_end_claim(Stores& stores, std::int64_t campaign_id, int position,
                              Time at) const {
  stores.jobs.enqueue(new_job(job_kinds::kEndClaim,
                              {.campaign_id = campaign_id, .argument = position, .run_at = at}),
                      clock_.now());
}

}  // namespace promotions
