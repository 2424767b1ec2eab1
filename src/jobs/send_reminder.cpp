#include "jobs/confirmation.h"
#include "jobs/kinds.h"
#include "promotions/render/local_text.h"

namespace promotions {

// Mails whoever has not confirmed yet, with a link that is valid from now on.
JobResult send_reminder(const JobContext& context, const Job& job) {
  ReminderTurn turn = context.sign_ups.begin_reminder(job);
  switch (turn.kind) {
    case ReminderTurn::Kind::never:
      return {JobResult::Kind::cancel, std::move(turn.reason), {}};
    case ReminderTurn::Kind::later:
      return {JobResult::Kind::retry, std::move(turn.reason), turn.wait};
    case ReminderTurn::Kind::now:
      break;
  }
  auto made = confirmation_of(context, job, {.issued_at = turn.issued_at, .variant = turn.variant});
  if (auto* ended = std::get_if<JobResult>(&made)) return std::move(*ended);
  auto& [recipient, values] = std::get<Confirmation>(made);
  const CampaignSettings& settings = recipient.campaign.settings;
  if (settings.closes_at) {
    values["closes_at"] =
        to_local_text(*settings.closes_at, settings.time_zone, recipient.locale());
  }
  return send_mail(context, job, recipient.campaign, recipient.locale(), recipient.subscriber.email,
                   values);
}

}  // namespace promotions
