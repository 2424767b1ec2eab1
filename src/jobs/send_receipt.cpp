#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/encoding.h"

namespace promotions {

JobResult send_receipt(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  if (!recipient) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  if (const auto reason = why_not_in_draw(*recipient)) {
    return {JobResult::Kind::cancel, *reason, {}};
  }
  const Campaign& campaign = recipient->campaign;
  const Subscriber& subscriber = recipient->subscriber;
  const std::string ticket = std::to_string(subscriber.ticket.value());
  Json values = recipient_context(context, *recipient);
  values["ticket"] = ticket;
  values["nonce"] = subscriber.nonce;
  values["email_key"] = subscriber.email_key;
  values["commitment"] = to_hex(campaign.commitment);
  values["proof_link"] = public_link(context, campaign, "proof?ticket=" + ticket);
  values["draw_link"] = public_link(context, campaign, "draw");
  return send_mail(context, job, campaign, recipient->locale(), subscriber.email, values);
}

}  // namespace promotions
