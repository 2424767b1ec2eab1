#include "jobs/mail_job.h"

#include <stdexcept>

namespace promotions {
namespace {

constexpr std::string_view kInDoubt = "in doubt: ";
// Time enough for whoever reads the mail, or its server's log, to see whether it came.
constexpr Millis kInDoubtRetry = std::chrono::hours(1);

std::string message_id(const JobContext& context, const Job& job) {
  const std::string& address = context.mail.from.address;
  return context.signer.opaque_name("message-id", job.id) + address.substr(address.rfind('@'));
}

TemplateSource overrides_of(const Campaign& campaign, std::string_view kind) {
  const auto found = campaign.settings.templates.find(kind);
  if (found == campaign.settings.templates.end()) return {};
  return {found->second.subject, found->second.text, found->second.html};
}

JobResult to_result(const Delivery& delivery, const Job& job) {
  switch (delivery.outcome) {
    case DeliveryClass::delivered:
      return {};
    case DeliveryClass::temporary:
      return {JobResult::Kind::retry, delivery.detail, {}};
    case DeliveryClass::permanent:
      return {JobResult::Kind::fail, delivery.detail, {}};
    case DeliveryClass::lane_trouble:
      return {JobResult::Kind::lane_down, delivery.detail, {}};
    case DeliveryClass::auth_refused:
      return {JobResult::Kind::lane_stop, delivery.detail, {}};
    case DeliveryClass::in_doubt:
      break;
  }
  // The server may have accepted it: one more try, late, and with the same Message-ID.
  const std::string reason = std::string(kInDoubt) + delivery.detail;
  if (job.last_error.starts_with(kInDoubt)) return {JobResult::Kind::fail, reason, {}};
  return {JobResult::Kind::retry, reason, kInDoubtRetry};
}

}  // namespace

Json campaign_context(const Campaign& campaign) {
  return {{"name", campaign.settings.name},
          {"slug", campaign.slug},
          {"description", campaign.settings.description},
          {"admin_email", campaign.settings.admin_email}};
}

JobResult send_mail(const JobContext& context, const Job& job, const Campaign& campaign,
                    std::string_view locale, const std::string& to, const Json& template_context) {
  Message message;
  try {
    MailText text = context.renderer.render(job.kind, locale, template_context,
                                            overrides_of(campaign, job.kind));
    message.subject = std::move(text.subject);
    message.text = std::move(text.text);
    message.html = std::move(text.html);
  } catch (const std::invalid_argument& error) {
    return {JobResult::Kind::fail, error.what(), {}};
  }
  message.from = context.mail.from;
  message.reply_to = context.mail.reply_to;
  message.to = to;
  message.date = job.created_at;  // like the Message-ID, the same on every attempt
  message.message_id = message_id(context, job);
  return to_result(context.transport.send(message), job);
}

}  // namespace promotions
