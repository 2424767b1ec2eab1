#include "jobs/mail_job.h"

#include <stdexcept>

#include "jobs/refusal_streak.h"
#include "promotions/domain/email_address.h"
#include "promotions/mail/consequence.h"

namespace promotions {
namespace {

// The same for every attempt of a job, so that a mail that goes out twice can be recognised.
std::string message_id(const JobContext& context, const Job& job) {
  const std::string& address = context.mail.from.address;
  return context.signer.opaque_name("message-id", job.id) + address.substr(address.rfind('@'));
}

TemplateSource overrides_of(const Campaign& campaign, std::string_view kind) {
  const auto found = campaign.settings.templates.find(kind);
  if (found == campaign.settings.templates.end()) return {};
  return {found->second.subject, found->second.text, found->second.html};
}

JobResult::Lane lane_of(LaneFate fate) {
  switch (fate) {
    case LaneFate::goes_on:
      break;
    case LaneFate::rests:
      return JobResult::Lane::unwell;
    case LaneFate::narrows:
      return JobResult::Lane::crowded;
    case LaneFate::doubts:
      return JobResult::Lane::doubted;
    case LaneFate::stops:
      return JobResult::Lane::stopped;
  }
  return JobResult::Lane::well;
}

// A mail that is refused each time for what looks like our fault, while others are accepted, is
// given up after so many attempts: after about half an hour.
constexpr int kAttemptsIfOwn = 6;

// After how many attempts a mail is given up if its trouble turns out to be its own; 0: it cannot
// be. Only what the server says once it knows the recipient can be. See JobResult::attempts_if_own.
int attempts_if_own(const Delivery& delivery, const Job& job) {
  if (!delivery.had_recipient) return 0;
  if (delivery.outcome == DeliveryClass::refused_unclear) return kAttemptsIfOwn;
  return delivery.outcome == DeliveryClass::deferred_us ? job.max_attempts : 0;
}

// Translates the consequence of a delivery, which is in mail's terms, into the queue's.
JobResult to_result(const Delivery& delivery, const Job& job) {
  const Consequence& consequence = consequence_of(delivery.outcome);
  JobResult result;
  result.lane = lane_of(consequence.lane);
  if (consequence.job != JobFate::done) result.reason = delivery.detail;
  switch (consequence.job) {
    case JobFate::done:
      break;
    case JobFate::retried:
      result.kind = JobResult::Kind::retry;
      break;
    case JobFate::late_once:
      // The mail may have been accepted. One more try, and no third one.
      result.kind = job.in_doubt ? JobResult::Kind::fail : JobResult::Kind::retry;
      result.retry_after = kLateTry;
      result.in_doubt = true;
      break;
    case JobFate::dead:
      result.kind = JobResult::Kind::fail;
      break;
    case JobFate::unspent:
      result.kind = JobResult::Kind::release;
      result.attempts_if_own = attempts_if_own(delivery, job);
      break;
  }
  return result;
}

// Keeps the streak of refusals. A single permanent refusal is about the recipient; the same one at
// several domains in a row is about us. Then the lane stops, and the jobs that died of it are taken
// back. nullopt: the delivery means what it says.
std::optional<JobResult> refused_everywhere(RefusalStreak& refusals, const Job& job,
                                            const std::string& to, const Delivery& delivery) {
  if (delivery.outcome == DeliveryClass::delivered) refusals.accepted();
  // Without a reply code it was not the server that refused.
  if (delivery.outcome != DeliveryClass::permanent || delivery.reply_code == 0) return std::nullopt;
  auto others = refusals.refused(job.id, to, delivery.detail);
  if (!others) return std::nullopt;
  JobResult result{JobResult::Kind::release,
                   "refused alike at one domain after the other: " + delivery.detail,
                   {}};
  result.lane = JobResult::Lane::stopped;
  result.take_back = std::move(*others);
  return result;
}

}  // namespace

Json campaign_context(const JobContext& context, const Campaign& campaign) {
  const std::string& elsewhere = campaign.settings.rules_url;
  return {{"name", campaign.settings.name},
          {"slug", campaign.slug},
          {"description", campaign.settings.description},
          {"admin_email", shown_address(campaign.settings.admin_email)},
          {"organizer", campaign.settings.organizer},
          {"contact_email", shown_address(campaign.settings.contact_email)},
          {"rules_link",
           campaign.settings.rules.empty() ? elsewhere : public_link(context, campaign, "rules")},
          {"privacy_link", campaign.settings.privacy_url}};
}

std::optional<Recipient> find_recipient(const JobContext& context, const Job& job) {
  return context.storage.read([&](const Stores& stores) -> std::optional<Recipient> {
    const auto campaign = stores.campaigns.find(job.campaign_id);
    const auto subscriber = stores.subscribers.find(job.subscriber_id);
    if (!campaign || !subscriber || subscriber->email.empty()) return std::nullopt;
    return Recipient{*campaign, *subscriber};
  });
}

std::optional<std::string> why_not_in_draw(const Recipient& recipient) {
  const Subscriber& subscriber = recipient.subscriber;
  if (is_excluded_by(recipient.campaign.settings, subscriber.email_key)) {
    return "the campaign excludes the address";
  }
  if (subscriber.disqualified) return "the subscriber was disqualified";
  return std::nullopt;
}

Json recipient_context(const JobContext& context, const Recipient& recipient) {
  return {{"campaign", campaign_context(context, recipient.campaign)},
          {"email", shown_address(recipient.subscriber.email)},
          {"data", Json::parse(recipient.subscriber.data)}};
}

Json prize_context(const Prize& prize, const Campaign& campaign, Locale reader) {
  const Locale own = Locale::of(campaign.settings.locale);
  const std::string& name = prize.name.in(reader, own);
  const std::string& value = prize.value.in(reader, own);
  return {
      {"text", value.empty() ? name : name + " (" + value + ")"}, {"name", name}, {"value", value}};
}

const Prize* prize_of(const JobContext& context, const Campaign& campaign, int position) {
  const auto events =
      context.storage.read([&](const Stores& stores) { return stores.draws.events(campaign.id); });
  return prize_at(campaign.settings.prizes, prize_place(position, events));
}

std::string claim_link(const JobContext& context, const Subscriber& winner, Time since) {
  const TokenSubject subject{TokenPurpose::claim, winner.campaign_id, winner.id, winner.email_key};
  return context.mail.public_url + "/claim?token=" + context.signer.sign(subject, since);
}

std::string withdraw_link(const JobContext& context, const Subscriber& entrant) {
  return context.mail.public_url + "/withdraw?token=" +
         context.signer.sign(withdrawal_of(entrant.id), entrant.verified_at.value());
}

std::string public_link(const JobContext& context, const Campaign& campaign) {
  return context.mail.public_url + "/c/" + campaign.slug;
}

std::string public_link(const JobContext& context, const Campaign& campaign,
                        std::string_view page) {
  return public_link(context, campaign) + "/" + std::string(page);
}

JobResult send_mail(const JobContext& context, const Job& job, const Campaign& campaign,
                    Locale locale, const std::string& to, const Json& template_context,
                    std::vector<Attachment> attachments) {
  Message message;
  try {
    MailText text = context.renderer.render(job.kind, locale, template_context,
                                            overrides_of(campaign, job.kind));
    message.subject = std::move(text.subject);
    message.text = std::move(text.text);
    message.html = std::move(text.html);
  } catch (const std::invalid_argument& error) {  // the organiser's template: a retry cannot help
    return {JobResult::Kind::fail, error.what(), {}};
  }
  message.from = context.mail.from;
  if (!campaign.settings.from_name.empty()) message.from.name = campaign.settings.from_name;
  message.reply_to = context.mail.reply_to;
  if (!campaign.settings.contact_email.empty()) {
    message.reply_to = Mailbox{{}, campaign.settings.contact_email};
  }
  message.to = to;
  message.date = context.clock.now();
  message.created = job.created_at;
  message.message_id = message_id(context, job);
  message.attachments = std::move(attachments);
  const Delivery delivery = context.transport.send(message);
  if (const auto about_us = refused_everywhere(*context.refusals, job, to, delivery)) {
    return *about_us;
  }
  return to_result(delivery, job);
}

}  // namespace promotions
