// CampaignManager's part that takes sign-ups.
#include <chrono>

#include "manager/fair_order.h"
#include "manager/known_addresses.h"
#include "promotions/domain/email_address.h"
#include "promotions/manager/campaign_manager.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
constexpr Time kForEver = Time::max();
constexpr std::size_t kRowBytes = 256;  // about a row's own, and its entries in indexes

}  // namespace

std::variant<SignUpResult, Candidate> CampaignManager::examine(const SignUp& sign_up) const {
  CampaignPtr campaign = find(sign_up.campaign);
  const auto email = EmailAddress::parse(sign_up.email);
  if (!email) return SignUpResult{.outcome = SignUpOutcome::invalid_email, .campaign = campaign};
  if (!campaign) return SignUpResult{.outcome = SignUpOutcome::no_such_campaign};
  const Time now = clock_.now();
  if (campaign->state_at(now) != CampaignState::open) {
    return SignUpResult{SignUpOutcome::not_open, campaign, email->text()};
  }
  Subscriber subscriber;
  subscriber.campaign_id = campaign->id;
  subscriber.email = email->text();
  subscriber.email_key = email->key();
  subscriber.data = sign_up.data;
  subscriber.locale = sign_up.locale;
  subscriber.created_at = now;
  return Candidate{std::move(campaign), std::move(subscriber),
                   short_hash(flow_key_, sign_up.client)};
}

// What became of a sign-up, and until when another one would change nothing (for ever:
// Time::max()).
struct CampaignManager::Stored {
  SignUpResult result;
  std::optional<Time> settled_until{};
};

void CampaignManager::add_subscriber(Candidate candidate, Done<SignUpResult> done) {
  const Subscriber& subscriber = candidate.subscriber;
  // Where known addresses are concealed they must cost what new ones do.
  const bool rejects = candidate.campaign->settings.duplicates == Duplicates::reject;
  if (rejects &&
      known_->is_settled(subscriber.campaign_id, subscriber.email_key, subscriber.created_at)) {
    return done(
        SignUpResult{SignUpOutcome::already_registered, candidate.campaign, subscriber.email});
  }
  const std::size_t bytes = kRowBytes + subscriber.data.size() + 2 * subscriber.email.size();
  const auto shared = std::make_shared<const Candidate>(std::move(candidate));
  storage_.write_later(
      WriteLine::sign_ups, bytes,
      [this, shared](Stores& stores) { return store_sign_up(stores, *shared); },
      [this, rejects, shared, done = std::move(done)](Completion<Stored> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        Stored stored = completion.take();
        if (rejects && stored.settled_until) {
          remember(shared->subscriber.campaign_id, shared->subscriber.email_key,
                   *stored.settled_until == kForEver ? std::nullopt : stored.settled_until);
        }
        done(std::move(stored.result));
      });
}

void CampaignManager::remember(std::int64_t campaign_id, std::string_view email_key,
                               std::optional<Time> until) {
  known_->remember(campaign_id, email_key, until);
}

SignUpResult CampaignManager::add_subscriber(const SignUp& sign_up) {
  auto examined = examine(sign_up);
  if (auto* refused = std::get_if<SignUpResult>(&examined)) return std::move(*refused);
  return wait_for<SignUpResult>([&](Done<SignUpResult> done) {
    add_subscriber(std::get<Candidate>(std::move(examined)), std::move(done));
  });
}

namespace {

// When an address that has had, or is still to get, as many mails as it may gets the next one.
// Those that are held back already come before: a day takes only so many.
Time next_allowed(const MailAllowance& mails, int limit, Time now) {
  const int days = mails.used / limit;
  return mails.oldest.value_or(now) + days * kDay;
}

}  // namespace

CampaignManager::Stored CampaignManager::store_sign_up(Stores& stores,
                                                       const Candidate& candidate) const {
  const CampaignPtr& campaign = candidate.campaign;
  const Subscriber& subscriber = candidate.subscriber;
  const auto stored = [&](SignUpOutcome outcome) {
    return Stored{{outcome, campaign, subscriber.email}};
  };
  // Memory said open, but the list may have been stopped by a write just before this one.
  if (!stores.campaigns.is_list_open(campaign->id)) return stored(SignUpOutcome::not_open);
  const Time now = subscriber.created_at;
  const MailAllowance mails = stores.subscribers.mails_since(subscriber.email_key, now - kDay, now);
  const int limit = options_.mails_per_address_per_day;
  const bool may_mail = limit == 0 || mails.used < limit;
  const Time allowed_at = may_mail ? now : next_allowed(mails, limit, now);
  const bool conceal = campaign->settings.duplicates == Duplicates::conceal;
  if (!may_mail && !conceal) {
    if (stores.subscribers.find(campaign->id, subscriber.email_key)) {
      return stored(SignUpOutcome::already_registered);
    }
    Stored refused = stored(SignUpOutcome::too_many_mails);
    refused.result.retry_after = allowed_at - now;
    return refused;
  }
  const auto id = stores.subscribers.insert(subscriber);
  if (!id) return repeat_sign_up(stores, candidate, may_mail);
  // A conceal campaign cannot say "too many mails" without giving the address away: its mail waits.
  if (!may_mail) stores.subscribers.hold_mail(*id, allowed_at);
  enqueue_verification(stores, candidate, *id, allowed_at);
  Stored accepted = stored(SignUpOutcome::accepted);
  accepted.settled_until = now + options_.resend_after;
  return accepted;
}

CampaignManager::Stored CampaignManager::repeat_sign_up(Stores& stores, const Candidate& candidate,
                                                        bool may_mail) const {
  const CampaignPtr& campaign = candidate.campaign;
  const Subscriber& subscriber = candidate.subscriber;
  const auto known = stores.subscribers.find(campaign->id, subscriber.email_key);
  if (!known) throw std::logic_error("a subscriber that is there and is not");
  const Time now = subscriber.created_at;
  Time mailed_at = stores.subscribers.mailed_at(known->id);
  // A mail that was asked for in the future was so before the clock was set back.
  const bool rested = now - mailed_at >= options_.resend_after || mailed_at > now + kClockSlack;
  const bool is_pending = known->state() == SubscriberState::pending;
  if (is_pending && rested && may_mail) {
    stores.subscribers.count_mail(known->id, now, now - kDay);
    enqueue_verification(stores, candidate, known->id, std::nullopt);
    mailed_at = now;
  }
  Stored repeated{{SignUpOutcome::already_registered, campaign, subscriber.email}};
  repeated.settled_until = is_pending ? mailed_at + options_.resend_after : kForEver;
  if (campaign->settings.duplicates == Duplicates::reject) return repeated;
  stores.subscribers.touch(known->id);
  repeated.result.outcome = SignUpOutcome::accepted;
  return repeated;
}

void CampaignManager::enqueue_verification(Stores& stores, const Candidate& candidate,
                                           std::int64_t subscriber_id,
                                           std::optional<Time> run_at) const {
  const Subscriber& subscriber = candidate.subscriber;
  stores.jobs.enqueue({.lane = lanes::kMail,
                       .kind = job_kinds::kVerification,
                       .campaign_id = subscriber.campaign_id,
                       .subscriber_id = subscriber_id,
                       .priority = next_rank(stores, candidate.flow, subscriber.created_at),
                       .flow = static_cast<std::int64_t>(candidate.flow),
                       .max_attempts = options_.max_attempts,
                       .run_at = run_at},
                      subscriber.created_at);
}

std::int64_t CampaignManager::next_rank(Stores& stores, std::uint64_t flow, Time now) const {
  return order_->next(flow, now, [&] {
    return stores.jobs.first_ready_priority(lanes::kMail, job_priorities::kVerification);
  });
}

// It kept its client's place when it was new. By now that is before everybody's.
std::int64_t CampaignManager::priority_when_due(Stores& stores, const Job& job, Time now) const {
  if (job.flow == 0) return job.priority;
  return next_rank(stores, static_cast<std::uint64_t>(job.flow), now);
}

}  // namespace promotions
