#include "jobs/given_data.h"
#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

JobResult cancel(std::string reason) {
  return {JobResult::Kind::cancel, std::move(reason), {}};
}

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
  auto recipient = find_recipient(context, job);
  if (!recipient) return cancel("the subscriber was erased");
  const Campaign& campaign = recipient->campaign;
  Subscriber& subscriber = recipient->subscriber;
  if (subscriber.verified_at) return cancel("verified meanwhile");
  if (campaign.finishing_at) return cancel("the list was stopped");
  if (auto reason = why_not_in_draw(*recipient)) return cancel(*std::move(reason));

  // The link is valid from the sign-up on, however late the mail leaves.
  const Time issued_at = job.created_at;
  Time expires_at = issued_at + campaign.settings.token_ttl;
  if (job.argument != 0) {  // a variant: it has its own words, and its link may expire earlier
    const auto variant = context.storage.read(
        [&](const Stores& stores) { return stores.variants.find(job.argument); });
    if (!variant) return cancel("the sign-up was given up");
    expires_at = std::min(expires_at, context.sign_ups.end_of(*variant));
    subscriber.data = variant->data;
    subscriber.locale = variant->locale;
  }
  if (context.clock.now() >= expires_at) return {JobResult::Kind::fail, "the token expired", {}};

  const TokenSubject subject{TokenPurpose::verify, campaign.id, subscriber.id, subscriber.email_key,
                             job.argument};
  Json values = recipient_context(context, *recipient);
  add_promises(values, *recipient);
  values["given"] = given_list(subscriber.data, campaign.settings, recipient->locale());
  values["link"] = context.mail.public_url +
                   "/verify_subscriber?token=" + context.signer.sign(subject, issued_at);
  values["valid_until"] =
      to_local_text(expires_at, campaign.settings.time_zone, recipient->locale());
  return send_mail(context, job, campaign, recipient->locale(), subscriber.email, values);
}

}  // namespace promotions
