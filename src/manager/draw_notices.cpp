// The part of Draws that follows winners' mails: it starts the time to claim a prize, and informs
// the organiser when a winner cannot be reached.
#include "promotions/manager/draws.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

// Where prizes need not be claimed, a failed job is kept this long, so that the organiser can have
// its mail tried again.
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

// Runs within the write that ends the job, so mail and prize cannot disagree after a crash.
void Draws::winner_mail_ended(Stores& stores, const Job& job, JobEnding ending, Time now) const {
  const auto campaign = stores.campaigns.find(job.campaign_id);
  const auto drawn = stores.draws.drawn(job.campaign_id, job.subscriber_id);
  // A winner who has lost the prize need not be reached.
  if (!campaign || !drawn || drawn->taken_out) return;
  if (ending == JobEnding::done) stores.draws.set_notified(campaign->id, drawn->position, now);
  if (drawn->claimed_at) return;  // the winner has used the link, so the mail did arrive
  // The time to claim begins after a failure, too: otherwise the prize would never pass on.
  const auto until = start_clock(stores, *campaign, drawn->position, now);
  if (ending == JobEnding::done) {
    if (until) enqueue_reminder(stores, *campaign, *drawn, *until);
    return;
  }

  Drawn lost = *drawn;
  lost.unreachable_at = now;
  lost.unreachable = ending;
  lost.unreachable_reason = job.last_error;
  lost.unreachable_job = job.id;
  stores.draws.set_unreachable(campaign->id, lost);
  stores.jobs.keep(job.id, until.value_or(now + kKeepUnreachable));
  // Created at `unreachable_at` exactly: send_winner_unreachable() compares the two, so that it
  // does not report a failure that is out of date.
  stores.jobs.enqueue(
      new_job(job_kinds::kWinnerUnreachable,
              {.campaign_id = campaign->id, .argument = drawn->position}, max_attempts_),
      now);
}

// The mail is to be tried again after all: forgets how it ended, and stops the time to claim.
void Draws::winner_mail_revived(Stores& stores, const Job& job) const {
  const auto drawn = stores.draws.drawn(job.campaign_id, job.subscriber_id);
  if (drawn && !drawn->taken_out) stores.draws.clear_notice(job.campaign_id, drawn->position);
}

// Starts the time to claim a prize. Returns when it ends; nullopt if prizes need not be claimed.
std::optional<Time> Draws::start_clock(Stores& stores, const Campaign& campaign, int position,
                                       Time now) const {
  if (!campaign.settings.claim_within) return std::nullopt;
  const Time until = now + *campaign.settings.claim_within;
  stores.draws.set_claim_until(campaign.id, position, until);
  enqueue_end_claim(stores, campaign.id, position, until);
  return until;
}

// While a quarter of the time is left.
void Draws::enqueue_reminder(Stores& stores, const Campaign& campaign, const Drawn& drawn,
                             Time until) const {
  stores.jobs.enqueue(new_job(job_kinds::kClaimReminder,
                              {.campaign_id = campaign.id,
                               .subscriber_id = drawn.subscriber_id,
                               .argument = drawn.position,
                               .run_at = until - *campaign.settings.claim_within / 4},
                              max_attempts_),
                      clock_.now());
}

void Draws::enqueue_end_claim(Stores& stores, std::int64_t campaign_id, int position,
                              Time at) const {
  stores.jobs.enqueue(new_job(job_kinds::kEndClaim,
                              {.campaign_id = campaign_id, .argument = position, .run_at = at}),
                      clock_.now());
}

}  // namespace promotions
