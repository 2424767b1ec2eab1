// The part of SignUps that reminds those who have not confirmed.
#include <chrono>

#include "manager/examined_sign_up.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);

ReminderTurn never(std::string reason) {
  return {.kind = ReminderTurn::Kind::never, .reason = std::move(reason)};
}

// Why there is nothing to be reminded of; nullopt: there is.
std::optional<std::string> why_not(const std::optional<Campaign>& campaign,
                                   const std::optional<Subscriber>& subscriber, Time now) {
  if (!campaign || !subscriber || subscriber->email.empty()) return "the subscriber was erased";
  if (subscriber->verified_at) return "verified meanwhile";
  if (campaign->state_at(now) != CampaignState::open) return "the campaign takes no entries now";
  if (subscriber->disqualified) return "the subscriber was disqualified";
  if (is_excluded_by(campaign->settings, subscriber->email_key)) {
    return "the campaign excludes the address";
  }
  return std::nullopt;
}

}  // namespace

// Called with the first sign-up of an address. The mail takes its client's turn when it is due, and
// counts only then.
void SignUps::enqueue_reminder(Stores& stores, const Examined& examined, std::int64_t subscriber_id,
                               const MailTurn& turn) const {
  const CampaignPtr& campaign = examined.campaign;
  NewJob job = new_job(job_kinds::kReminder,
                       {.campaign_id = campaign->id,
                        .subscriber_id = subscriber_id,
                        .run_at = turn.at + campaign->settings.reminder_after.value()},
                       options_.max_attempts);
  job.flow = static_cast<std::int64_t>(examined.flow);
  stores.jobs.enqueue(job, examined.subscriber.created_at);
}

ReminderTurn SignUps::begin_reminder(const Job& job) {
  const auto begin = [&](Stores& stores) -> ReminderTurn {
    const Time now = clock_.now();
    auto subscriber = stores.subscribers.find(job.subscriber_id);
    const auto campaign = stores.campaigns.find(job.campaign_id);
    if (auto reason = why_not(campaign, subscriber, now)) return never(*std::move(reason));
    // The newest words are most likely those of whoever owns the address. If their link has
    // expired, the first sign-up's are left.
    const auto variants = stores.variants.list(subscriber->id, now - options_.variant_ttl);
    ReminderTurn turn{.kind = ReminderTurn::Kind::now,
                      .variant = variants.empty() ? 0 : variants.back().id};
    // A mail that has to be tried again is the same mail, with the same link.
    if (job.argument != 0) {
      turn.issued_at = Time{Millis{job.argument}};
      return turn;
    }
    subscriber->created_at = now;  // from when mail_turn() counts
    const MailTurn mail = mail_turn(stores, *subscriber);
    if (!mail.is_now) {
      return {.kind = ReminderTurn::Kind::later,
              .reason = "the address has had its mails for today",
              .wait = mail.at - now};
    }
    stores.subscribers.count_mail(subscriber->id, now, now - kDay);
    if (turn.variant == 0) {
      stores.subscribers.set_mailed(subscriber->id, now);
    } else {
      stores.variants.set_mailed(turn.variant, now);
    }
    stores.jobs.set_argument(job.id, now.time_since_epoch().count());
    turn.issued_at = now;
    return turn;
  };
  return storage_.write(begin, WriteSource::queue);
}

}  // namespace promotions
