#include "jobs/confirmation.h"

#include <algorithm>

#include "jobs/given_data.h"
#include "promotions/render/local_text.h"

namespace promotions {
namespace {

JobResult cancel(std::string reason) {
  return {JobResult::Kind::cancel, std::move(reason), {}};
}

}  // namespace

std::variant<JobResult, Confirmation> confirmation_of(const JobContext& context, const Job& job,
                                                      const LinkedSignUp& linked) {
  auto recipient = find_recipient(context, job);
  if (!recipient) return cancel("the subscriber was erased");
  const Campaign& campaign = recipient->campaign;
  Subscriber& subscriber = recipient->subscriber;
  if (subscriber.verified_at) return cancel("verified meanwhile");
  if (campaign.finishing_at) return cancel("the list was stopped");
  if (auto reason = why_not_in_draw(*recipient)) return cancel(*std::move(reason));

  Time expires_at = linked.issued_at + campaign.settings.token_ttl;
  if (linked.variant != 0) {  // it has its own words, and its link may expire earlier
    const auto variant = context.storage.read(
        [&](const Stores& stores) { return stores.variants.find(linked.variant); });
    if (!variant) return cancel("the sign-up was given up");
    expires_at = std::min(expires_at, context.sign_ups.end_of(*variant));
    subscriber.data = variant->data;
    subscriber.locale = variant->locale;
  }
  if (context.clock.now() >= expires_at) {
    return JobResult{JobResult::Kind::fail, "the token expired", {}};
  }
  const TokenSubject subject{TokenPurpose::verify, campaign.id, subscriber.id, subscriber.email_key,
                             linked.variant};
  const Locale locale = recipient->locale();
  Json values = recipient_context(context, *recipient);
  values["given"] = given_list(subscriber.data, campaign.settings, locale);
  values["link"] = context.mail.public_url +
                   "/verify_subscriber?token=" + context.signer.sign(subject, linked.issued_at);
  values["valid_until"] = to_local_text(expires_at, campaign.settings.time_zone, locale);
  return Confirmation{*std::move(recipient), std::move(values)};
}

}  // namespace promotions
