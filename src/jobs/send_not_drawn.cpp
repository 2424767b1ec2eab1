#include "jobs/kinds.h"
#include "jobs/mail_job.h"

namespace promotions {

JobResult send_not_drawn(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  if (!recipient) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  Json values = recipient_context(context, *recipient);
  values["ticket"] = recipient->subscriber.ticket.value();
  values["draw_link"] = public_link(context, recipient->campaign, "draw");
  return send_mail(context, job, recipient->campaign, recipient->locale(),
                   recipient->subscriber.email, values);
}

}  // namespace promotions
