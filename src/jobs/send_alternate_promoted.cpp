#include <algorithm>

#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/domain/email_address.h"

namespace promotions {

JobResult send_alternate_promoted(const JobContext& context, const Job& job) {
  struct Stored {
    std::optional<Campaign> campaign;
    std::vector<Drawn> drawn;
    std::vector<DrawEvent> events;
  };
  const Stored stored = context.storage.read([&](const Stores& stores) {
    return Stored{stores.campaigns.find(job.campaign_id), stores.draws.drawn(job.campaign_id),
                  stores.draws.events(job.campaign_id)};
  });
  const auto number = static_cast<std::size_t>(job.argument);  // of the event, from 1
  if (!stored.campaign || number == 0 || number > stored.events.size()) {
    return {JobResult::Kind::cancel, "the campaign was deleted", {}};
  }
  const Campaign& campaign = *stored.campaign;
  const DrawEvent& event = stored.events[number - 1];
  const auto at = [&](std::int64_t position) {
    return *std::find_if(stored.drawn.begin(), stored.drawn.end(),
                         [&](const Drawn& one) { return one.position == position; });
  };
  Json values = {{"campaign", campaign_context(context, campaign)},
                 {"position", event.position},
                 {"ticket", at(event.position).ticket},
                 {"reason", event.reason},
                 {"draw_link", public_link(context, campaign, "draw")}};
  if (event.promoted) {
    const Drawn heir = at(*event.promoted);
    values["promoted"] = {
        {"position", heir.position}, {"ticket", heir.ticket}, {"email", shown_address(heir.email)}};
  }
  return send_mail(context, job, campaign, Locale::of(campaign.settings.locale),
                   campaign.settings.admin_email, values);
}

}  // namespace promotions
