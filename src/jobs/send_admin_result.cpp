#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/time_text.h"

namespace promotions {

JobResult send_admin_result(const JobContext& context, const Job& job) {
  const CampaignPtr campaign = context.campaigns.find(job.campaign_id);
  if (!campaign) return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  const FinishResult result = context.campaigns.peek_finish(campaign->slug);
  if (result.outcome != FinishOutcome::finished) {
    return {JobResult::Kind::retry, "the draw is not stored yet", {}};
  }
  Json winners = Json::array();
  Json alternates = Json::array();
  for (const Drawn& drawn : result.drawn) {
    (drawn.winner ? winners : alternates)
        .push_back(
            {{"position", drawn.position}, {"ticket", drawn.ticket}, {"email", drawn.email}});
  }
  const std::string& locale = campaign->settings.locale;
  const Json template_context = {
      {"campaign", campaign_context(*campaign)},
      {"entrants", result.entrants},
      {"winners", winners},
      {"alternates", alternates},
      {"finished_at", to_local_text(campaign->finished_at.value_or(job.created_at),
                                    campaign->settings.time_zone, locale)}};
  return send_mail(context, job, *campaign, locale, campaign->settings.admin_email,
                   template_context);
}

}  // namespace promotions
