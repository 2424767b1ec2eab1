#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/time_text.h"

namespace promotions {

JobResult send_winner_mail(const JobContext& context, const Job& job) {
  // From the database, as for the administrator's mail: memory may not know of the draw yet.
  const auto campaign = context.storage.read(
      [&](const Stores& stores) { return stores.campaigns.find(job.campaign_id); });
  const auto subscriber = context.storage.read(
      [&](const Stores& stores) { return stores.subscribers.find(job.subscriber_id); });
  const auto drawn = context.storage.read(
      [&](const Stores& stores) { return stores.draws.drawn(job.campaign_id, job.subscriber_id); });
  if (!campaign || !subscriber || subscriber->email.empty() || !drawn) {
    return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  }
  const std::string& locale =
      subscriber->locale.empty() ? campaign->settings.locale : subscriber->locale;
  const Json template_context = {
      {"campaign", campaign_context(*campaign)},
      {"email", subscriber->email},
      {"data", Json::parse(subscriber->data)},
      {"position", drawn->position},
      {"ticket", drawn->ticket},
      {"finished_at", to_local_text(campaign->finished_at.value_or(job.created_at),
                                    campaign->settings.time_zone, locale)}};
  return send_mail(context, job, *campaign, locale, subscriber->email, template_context);
}

}  // namespace promotions
