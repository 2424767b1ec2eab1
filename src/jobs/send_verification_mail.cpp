#include "jobs/confirmation.h"
#include "jobs/kinds.h"

namespace promotions {
namespace {

// Adds what can be won, and whether the mail has anything to say about the raffle at all.
void add_promises(Json& values, const Recipient& recipient) {
  const Campaign& campaign = recipient.campaign;
  Json list = Json::array();
  for (const Prize& prize : campaign.settings.prizes) {
    Json one = prize_context(prize, campaign, recipient.locale());
    one["count"] = prize.count;
    if (prize.count > 1) {
      one["text"] = std::to_string(prize.count) + " × " + one["text"].get<std::string>();
    }
    list.push_back(std::move(one));
  }
  values["has_prizes"] = !list.empty();
  const CampaignSettings& settings = campaign.settings;
  values["has_about"] = !list.empty() || !settings.organizer.empty() || !settings.rules.empty() ||
                        !settings.rules_url.empty();
  values["prizes"] = std::move(list);
}

}  // namespace

// Mails the sign-up that the job's argument names: its data, in its language, with its link.
JobResult send_verification_mail(const JobContext& context, const Job& job) {
  // The link is valid from the sign-up on, however late the mail leaves.
  auto made = confirmation_of(context, job, {.issued_at = job.created_at, .variant = job.argument});
  if (auto* ended = std::get_if<JobResult>(&made)) return std::move(*ended);
  auto& [recipient, values] = std::get<Confirmation>(made);
  add_promises(values, recipient);
  return send_mail(context, job, recipient.campaign, recipient.locale(), recipient.subscriber.email,
                   values);
}

}  // namespace promotions
