#include "jobs/kinds.h"
#include "jobs/mail_job.h"

namespace promotions {

JobResult send_already_verified(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  if (!recipient) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  if (recipient->campaign.finishing_at) {
    return {JobResult::Kind::cancel, "the list was stopped", {}};
  }
  if (const auto reason = why_not_in_draw(*recipient)) {
    return {JobResult::Kind::cancel, *reason, {}};
  }
  return send_mail(context, job, recipient->campaign, recipient->locale(),
                   recipient->subscriber.email, recipient_context(context, *recipient));
}

}  // namespace promotions
