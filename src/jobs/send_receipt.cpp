#include <algorithm>

#include "jobs/kinds.h"
#include "jobs/mail_job.h"
#include "promotions/base/encoding.h"
#include "promotions/render/check_commands.h"

namespace promotions {
namespace {

// The hash of what the campaign promised when the subscriber verified, so that a later change does
// not pass for what they agreed to. Empty if the campaign is deleted meanwhile.
std::string terms_in_force(const JobContext& context, const Recipient& recipient) {
  const auto versions = context.storage.read(
      [&](const Stores& stores) { return stores.terms.all(recipient.campaign.id); });
  if (versions.empty()) return {};
  const Time verified_at = recipient.subscriber.verified_at.value();
  // Campaigns that are older than their first version have that one.
  auto in_force = versions.begin();
  for (auto version = versions.begin(); version != versions.end(); ++version) {
    if (version->terms.at <= verified_at) in_force = version;
  }
  return to_hex(in_force->hash);
}

// What `promotions draw verify` takes of a receipt, each on a line of its own that a shell
// continues.
std::string receipt_arguments(const Json& receipt) {
  const auto value = [&](const char* name) { return receipt.at(name).get<std::string>(); };
  const auto argument = [](std::string_view option, const std::string& text) {
    // With "=", a text that begins with "-" is no option.
    return " \\\n  --" + std::string(option) + (text.starts_with('-') ? "=" : " ") +
           shell_word(text);
  };
  return argument("ticket", value("ticket")) + argument("nonce", value("nonce")) +
         argument("email", value("email_key")) + argument("commitment", value("commitment")) +
         argument("terms", value("terms"));
}

}  // namespace

JobResult send_receipt(const JobContext& context, const Job& job) {
  const auto recipient = find_recipient(context, job);
  if (!recipient) return {JobResult::Kind::cancel, "the subscriber was erased", {}};
  if (const auto reason = why_not_in_draw(*recipient)) {
    return {JobResult::Kind::cancel, *reason, {}};
  }
  const Campaign& campaign = recipient->campaign;
  const Subscriber& subscriber = recipient->subscriber;
  const std::string ticket = std::to_string(subscriber.ticket.value());
  Json values = recipient_context(context, *recipient);
  values["ticket"] = ticket;
  values["nonce"] = subscriber.nonce;
  values["email_key"] = subscriber.email_key;
  values["commitment"] = to_hex(campaign.commitment);
  values["terms"] = terms_in_force(context, *recipient);
  values["proof_link"] = public_link(context, campaign, "proof?ticket=" + ticket);
  values["draw_link"] = public_link(context, campaign, "draw");
  values["withdraw_link"] = withdraw_link(context, subscriber);
  values["check_commands"] =
      check_commands(public_link(context, campaign), receipt_arguments(values));
  return send_mail(context, job, campaign, recipient->locale(), subscriber.email, values);
}

}  // namespace promotions
