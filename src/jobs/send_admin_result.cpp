#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/domain/email_address.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

struct StoredResult {
  std::optional<Campaign> campaign;
  std::optional<Draw> draw;
  std::vector<Drawn> drawn;
};

Json rows_of(const std::vector<Drawn>& drawn, bool winners) {
  Json rows = Json::array();
  for (const Drawn& one : drawn) {
    if (one.winner != winners) continue;
    rows.push_back(
        {{"position", one.position}, {"ticket", one.ticket}, {"email", shown_address(one.email)}});
  }
  return rows;
}

}  // namespace

JobResult send_admin_result(const JobContext& context, const Job& job) {
  // Read from the database, not from the manager's memory, which may be behind the commit that
  // stored both the result and the job: a change that could not be read is read again later.
  const StoredResult result = context.storage.read([&](const Stores& stores) {
    return StoredResult{stores.campaigns.find(job.campaign_id), stores.draws.find(job.campaign_id),
                        stores.draws.drawn(job.campaign_id)};
  });
  if (!result.campaign || !result.draw) {
    return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  }
  const Campaign& campaign = *result.campaign;
  const Locale locale = Locale::of(campaign.settings.locale);
  const Json template_context = {
      {"campaign", campaign_context(context, campaign)},
      {"entrants", result.draw->entrants},
      {"winners", rows_of(result.drawn, true)},
      {"alternates", rows_of(result.drawn, false)},
      {"draw_link", public_link(context, campaign, "draw")},
      {"transcript_link", public_link(context, campaign, "draw.json")},
      {"leaves_link", public_link(context, campaign, "leaves.txt")},
      {"finished_at", to_local_text(campaign.finished_at.value_or(job.created_at),
                                    campaign.settings.time_zone, locale)}};
  return send_mail(context, job, campaign, locale, campaign.settings.admin_email, template_context);
}

}  // namespace promotions
