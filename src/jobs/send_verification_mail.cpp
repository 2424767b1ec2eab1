#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/time_text.h"

namespace promotions {

JobResult send_verification_mail(const JobContext& context, const Job& job) {
  const CampaignPtr campaign = context.campaigns.find(job.campaign_id);
  const auto subscriber = context.storage.read(
      [&](const Stores& stores) { return stores.subscribers.find(job.subscriber_id); });
  if (!campaign || !subscriber || subscriber->email.empty()) {
    return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  }
  if (subscriber->verified_at) return {JobResult::Kind::cancel, "verified meanwhile", {}};
  if (campaign->finishing_at) return {JobResult::Kind::cancel, "the list was stopped", {}};

  // The link's time runs from the sign-up, however late the mail leaves.
  const Time issued_at = job.created_at;
  const Time expires_at = issued_at + campaign->settings.token_ttl;
  if (context.clock.now() >= expires_at) return {JobResult::Kind::fail, "the token expired", {}};

  const TokenSubject subject{TokenPurpose::verify, campaign->id, subscriber->id,
                             subscriber->email_key};
  const std::string& locale =
      subscriber->locale.empty() ? campaign->settings.locale : subscriber->locale;
  const Json template_context = {
      {"campaign", campaign_context(*campaign)},
      {"email", subscriber->email},
      {"data", Json::parse(subscriber->data)},
      {"link", context.mail.public_url +
                   "/verify_subscriber?token=" + context.signer.sign(subject, issued_at)},
      {"valid_until", to_local_text(expires_at, campaign->settings.time_zone, locale)}};
  return send_mail(context, job, *campaign, locale, subscriber->email, template_context);
}

}  // namespace promotions
