#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/domain/email_address.h"
#include "promotions/render/local_text.h"

namespace promotions {
JobResult send_winner_mail(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  const auto drawn = context.storage.read(
      [&](const Stores& stores) { return stores.draws.drawn(job.campaign_id, job.subscriber_id); });
  if (!recipient || !drawn) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  if (drawn->taken_out) return {JobResult::Kind::cancel, "the prize was taken back", {}};
  // A former attempt was accepted without our learning it, and its link was used.
  if (drawn->claimed_at) return {JobResult::Kind::cancel, "the prize is claimed already", {}};
  const Campaign& campaign = recipient->campaign;
  const Subscriber& subscriber = recipient->subscriber;
  const std::string& time_zone = campaign.settings.time_zone;
  Json values = recipient_context(context, *recipient);
  values["position"] = drawn->position;
  if (const Prize* prize = prize_of(context, campaign, drawn->position)) {
    values["prize"] = prize_context(*prize, campaign, recipient->locale());
  }
  values["questions_email"] =
      shown_address(campaign.settings.contact_email.empty() ? campaign.settings.admin_email
                                                            : campaign.settings.contact_email);
  values["ticket"] = drawn->ticket;
  values["finished_at"] =
      to_local_text(campaign.finished_at.value_or(job.created_at), time_zone, recipient->locale());
  values["draw_link"] = public_link(context, campaign, "draw");
  if (const auto within = campaign.settings.claim_within) {
    // The time begins when the mail is accepted, which is later than now. So the link works at
    // least until the time that the mail names.
    const Time until = context.clock.now() + *within;
    values["claim_link"] = claim_link(context, subscriber, job.created_at);
    values["claim_until"] = to_local_text(until, time_zone, recipient->locale());
  }
  return send_mail(context, job, campaign, recipient->locale(), drawn->email, values);
}

}  // namespace promotions
