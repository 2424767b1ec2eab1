#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/domain/email_address.h"
#include "promotions/render/local_text.h"

namespace promotions {

JobResult send_prize_claimed(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  const auto drawn = context.storage.read(
      [&](const Stores& stores) { return stores.draws.drawn(job.campaign_id, job.subscriber_id); });
  if (!recipient || !drawn) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  const Campaign& campaign = recipient->campaign;
  const Locale locale = Locale::of(campaign.settings.locale);
  Json values = {{"campaign", campaign_context(context, campaign)},
                 {"position", drawn->position},
                 {"ticket", drawn->ticket},
                 {"winner_email", shown_address(drawn->email)},
                 {"draw_link", public_link(context, campaign, "draw")}};
  if (const Prize* prize = prize_of(context, campaign, drawn->position)) {
    values["prize"] = prize_context(*prize, campaign, locale);
  }
  values["claimed_at"] = to_local_text(drawn->claimed_at.value_or(job.created_at),
                                       campaign.settings.time_zone, locale);
  return send_mail(context, job, campaign, locale, campaign.settings.admin_email, values);
}

}  // namespace promotions
