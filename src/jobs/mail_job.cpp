#include "jobs/mail_job.h"

#include <stdexcept>

#include "promotions/mail/consequence.h"

namespace promotions {
namespace {

constexpr std::string_view kInDoubt = "in doubt: ";

std::string message_id(const JobContext& context, const Job& job) {
  const std::string& address = context.mail.from.address;
  return context.signer.opaque_name("message-id", job.id) + address.substr(address.rfind('@'));
}

TemplateSource overrides_of(const Campaign& campaign, std::string_view kind) {
  const auto found = campaign.settings.templates.find(kind);
  if (found == campaign.settings.templates.end()) return {};
  return {found->second.subject, found->second.text, found->second.html};
}

// Some attempt before may have been accepted: the job's error says so until its end.
bool is_in_doubt(const Job& job) {
  return job.last_error.starts_with(kInDoubt);
}

// The table's words in the queue's.
JobResult to_result(const Delivery& delivery, const Job& job) {
  const Consequence& consequence = consequence_of(delivery.outcome);
  const bool in_doubt = is_in_doubt(job) || consequence.job == JobFate::late_once;
  const std::string reason = std::string(in_doubt ? kInDoubt : "") + delivery.detail;
  switch (consequence.job) {
    case JobFate::done:
      return {};
    case JobFate::retried:
      return {JobResult::Kind::retry, reason, {}};
    case JobFate::late_once:
      if (is_in_doubt(job)) return {JobResult::Kind::fail, reason, {}};
      return {JobResult::Kind::retry, reason, kLateTry};
    case JobFate::dead:
      return {JobResult::Kind::fail, reason, {}};
    case JobFate::unspent:
      break;
  }
  const bool stops = consequence.lane == LaneFate::stops;
  return {stops ? JobResult::Kind::lane_stop : JobResult::Kind::lane_down, reason, {}};
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
