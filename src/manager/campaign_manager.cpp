#include "promotions/manager/campaign_manager.h"

#include <array>
#include <chrono>

#include "manager/address_loader.h"
#include "manager/fair_order.h"
#include "manager/known_addresses.h"
#include "promotions/base/log.h"
#include "promotions/domain/email_address.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
// Rows in one write: other writes wait for some milliseconds only.
constexpr int kPurgeAtOnce = 1000;
constexpr int kPurgeChunksAtOnce = 20;
constexpr Time kForEver = Time::max();
constexpr std::size_t kRowBytes = 256;  // about a row's own, and its entries in indexes

}  // namespace

CampaignManager::CampaignManager(Storage& storage, const Clock& clock, Random& random,
                                 const TokenSigner& signer, CampaignManagerOptions options)
    : storage_(storage),
      clock_(clock),
      random_(random),
      signer_(signer),
      options_(options),
      order_(std::make_unique<FairOrder>()),
      known_(std::make_unique<KnownAddresses>(random, KnownAddresses::kDefaultMaxBytes,
                                              options.resend_after)),
      loader_(std::make_unique<AddressLoader>(
          *known_, clock, registrations_of(storage),
          AddressLoaderOptions{.resend_after = options.resend_after})) {
  random_.fill(flow_key_);
  make_secrets();
  const auto all = storage_.read([](const Stores& stores) { return stores.campaigns.all(); });
  for (const Campaign& campaign : all) {
    campaigns_[campaign.slug] = std::make_shared<const Campaign>(campaign);
  }
}

CampaignManager::~CampaignManager() = default;

// Campaigns that were made by a program that published no draws.
void CampaignManager::make_secrets() {
  const auto ids =
      storage_.read([](const Stores& stores) { return stores.campaigns.without_secret(); });
  if (ids.empty()) return;
  storage_.write([&](Stores& stores) {
    for (const std::int64_t id : ids) stores.campaigns.set_secret(id, new_secret());
  });
}

Secret CampaignManager::new_secret() const {
  Secret secret{};
  random_.fill(secret);
  return secret;
}

void CampaignManager::start() {
  loader_->start();
}

std::size_t CampaignManager::known_addresses() const {
  return known_->size();
}

// ---- sign-up
// ----------------------------------------------------------------------------------------

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
                   *stored.settled_until);
        }
        done(std::move(stored.result));
      });
}

void CampaignManager::remember(std::int64_t campaign_id, std::string_view email_key, Time until) {
  known_->remember(campaign_id, email_key, until == kForEver ? std::nullopt : std::optional(until));
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

// ---- verification
// -----------------------------------------------------------------------------------

// What became of a token, and whose it is.
struct CampaignManager::Judged {
  VerifyResult result{};
  std::string email_key{};
};

void CampaignManager::verify_subscriber(std::string_view token, VerifyIntent intent,
                                        Done<VerifyResult> done) {
  const auto claim = TokenSigner::decode(token);
  if (!claim) return done(VerifyResult{});
  storage_.write_later(
      WriteLine::verifications, kRowBytes,
      [this, claim = *claim, intent](Stores& stores) { return verify(stores, claim, intent); },
      [this, done = std::move(done)](Completion<Judged> completion) mutable {
        if (completion.has_failed()) return done(completion.error());
        Judged judged = completion.take();
        const VerifyResult& result = judged.result;
        if (result.outcome == VerifyOutcome::verified &&
            result.campaign->settings.duplicates == Duplicates::reject) {
          remember(result.campaign->id, judged.email_key, kForEver);
        }
        done(std::move(judged.result));
      });
}

VerifyResult CampaignManager::verify_subscriber(std::string_view token, VerifyIntent intent) {
  return wait_for<VerifyResult>(
      [&](Done<VerifyResult> done) { verify_subscriber(token, intent, std::move(done)); });
}

CampaignManager::Judged CampaignManager::verify(Stores& stores, const TokenClaim& claim,
                                                VerifyIntent intent) const {
  auto subscriber = stores.subscribers.find(claim.subscriber_id);
  if (!subscriber) return {};
  const TokenSubject subject{TokenPurpose::verify, subscriber->campaign_id, subscriber->id,
                             subscriber->email_key};
  if (!signer_.matches(claim, subject)) return {};
  const CampaignPtr campaign = find(subscriber->campaign_id);
  if (!campaign) return {};
  const auto judged = [&](VerifyOutcome outcome) {
    return Judged{{outcome, campaign}, std::move(subscriber->email_key)};
  };
  const Time now = clock_.now();
  if (subscriber->verified_at) return judged(VerifyOutcome::already_verified);
  if (!stores.campaigns.is_list_open(campaign->id)) return judged(VerifyOutcome::not_open);
  if (now >= claim.issued_at + campaign->settings.token_ttl) return judged(VerifyOutcome::expired);
  const bool by_link = campaign->settings.verification == Verification::link;
  if (intent == VerifyIntent::look || (intent == VerifyIntent::open_link && !by_link)) {
    return judged(VerifyOutcome::pending);
  }
  std::array<unsigned char, 16> nonce{};
  random_.fill(nonce);
  stores.subscribers.verify(subscriber->id, stores.campaigns.take_ticket(campaign->id), nonce, now);
  stores.jobs.enqueue({.lane = lanes::kMail,
                       .kind = job_kinds::kReceipt,
                       .campaign_id = campaign->id,
                       .subscriber_id = subscriber->id,
                       .priority = job_priorities::kReceipt,
                       .max_attempts = options_.max_attempts},
                      now);
  return judged(VerifyOutcome::verified);
}

// ---- campaigns
// --------------------------------------------------------------------------------------

CampaignPtr CampaignManager::find(std::string_view slug) const {
  const std::shared_lock lock(mutex_);
  const auto found = campaigns_.find(slug);
  return found == campaigns_.end() ? nullptr : found->second;
}

CampaignPtr CampaignManager::find(std::int64_t id) const {
  const std::shared_lock lock(mutex_);
  for (const auto& [slug, campaign] : campaigns_) {
    if (campaign->id == id) return campaign;
  }
  return nullptr;
}

// Brings memory up to what is committed about one campaign.
void CampaignManager::refresh(std::int64_t id) {
  const std::lock_guard one_at_a_time(refreshing_);
  const auto stored =
      storage_.read([&](const Stores& stores) { return stores.campaigns.find(id); });
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(campaigns_, [&](const auto& entry) { return entry.second->id == id; });
    if (stored) campaigns_[stored->slug] = std::make_shared<const Campaign>(*stored);
  }
  refreshed_.notify_all();
}

void CampaignManager::wait_until(std::string_view slug, Millis patience,
                                 const std::function<bool(const CampaignPtr&)>& is_settled) {
  std::shared_lock lock(mutex_);
  refreshed_.wait_for(lock, patience, [&] {
    const auto found = campaigns_.find(slug);
    return is_settled(found == campaigns_.end() ? nullptr : found->second);
  });
}

std::optional<CampaignView> CampaignManager::view(std::string_view slug) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return std::nullopt;
  const auto counts =
      storage_.read([&](const Stores& stores) { return stores.campaigns.counts(campaign->id); });
  return CampaignView{campaign, state(*campaign), counts};
}

std::vector<CampaignView> CampaignManager::views() {
  std::vector<CampaignView> views;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [slug, campaign] : campaigns_)
      views.push_back({campaign, state(*campaign), {}});
  }
  return storage_.read([&](const Stores& stores) {
    for (CampaignView& view : views) view.subscribers = stores.campaigns.counts(view.campaign->id);
    return views;
  });
}

bool CampaignManager::create(std::string_view slug, const CampaignSettings& settings) {
  const Secret secret = new_secret();
  const auto id = storage_.write([&](Stores& stores) {
    const auto created = stores.campaigns.insert(slug, settings, clock_.now());
    if (created) stores.campaigns.set_secret(*created, secret);
    return created;
  });
  if (id) refresh(*id);
  return id.has_value();
}

UpdateOutcome CampaignManager::update(std::string_view slug, const CampaignSettings& settings) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return UpdateOutcome::no_such_campaign;
  const std::int64_t id = campaign->id;
  const auto outcome = storage_.write([&](Stores& stores) {
    const auto current = stores.campaigns.find(id);
    if (!current) return UpdateOutcome::no_such_campaign;
    const CampaignSettings& old = current->settings;
    // What the draw rests on is fixed once the list has been stopped.
    if (current->finishing_at &&
        (old.winners != settings.winners || old.alternates != settings.alternates ||
         old.opens_at != settings.opens_at || old.closes_at != settings.closes_at ||
         old.draw_delay != settings.draw_delay || old.claim_within != settings.claim_within ||
         old.witnesses != settings.witnesses || old.exclusions != settings.exclusions ||
         old.notify_not_drawn != settings.notify_not_drawn)) {
      return UpdateOutcome::list_stopped;
    }
    // Whoever entered did so in view of it, also if the opening was put off since.
    const SubscriberCounts counts = stores.campaigns.counts(id);
    const bool was_open = current->state_at(clock_.now()) != CampaignState::scheduled ||
                          counts.pending + counts.verified > 0;
    if (was_open && old.beacon != settings.beacon) return UpdateOutcome::beacon_fixed;
    stores.campaigns.update(id, settings);
    return UpdateOutcome::updated;
  });
  refresh(id);
  return outcome;
}

bool CampaignManager::remove(std::string_view slug) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return false;
  storage_.write([&](Stores& stores) {
    stores.campaigns.retire(campaign->id);
    stores.jobs.enqueue({.lane = lanes::kWork,
                         .kind = job_kinds::kPurgeCampaign,
                         .campaign_id = campaign->id,
                         .max_attempts = kWorkAttempts},
                        clock_.now());
  });
  refresh(campaign->id);
  try {
    purge(campaign->id);
  } catch (const std::exception& error) {
    // The campaign is gone for everybody; its job removes the rest.
    logs::warn("campaign={}: purge interrupted: {}", campaign->id, error.what());
  }
  return true;
}

void CampaignManager::purge(std::int64_t campaign_id) {
  while (storage_.write([&](Stores& stores) {
    if (stores.subscribers.purge_some(campaign_id, kPurgeAtOnce, clock_.now() - kDay)) return true;
    if (stores.entrants.remove_some(campaign_id, kPurgeChunksAtOnce)) return true;
    stores.campaigns.purge(campaign_id);
    return false;
  })) {
  }
}

// ---- subscribers
// ------------------------------------------------------------------------------------

std::optional<std::vector<Subscriber>> CampaignManager::subscribers(
    std::string_view slug, const SubscriberFilter& filter) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return std::nullopt;
  return storage_.read(
      [&](const Stores& stores) { return stores.subscribers.list(campaign->id, filter); });
}

EraseOutcome CampaignManager::erase_subscriber(std::string_view slug, std::int64_t subscriber_id) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return EraseOutcome::no_such_campaign;
  const auto erased = storage_.write([&](Stores& stores) -> std::optional<std::string> {
    const auto subscriber = stores.subscribers.find(subscriber_id);
    if (!subscriber || subscriber->campaign_id != campaign->id || subscriber->email.empty()) {
      return std::nullopt;
    }
    // Once sealed, tickets of entrants stay: who was drawn is told by them.
    const bool is_sealed = subscriber->ticket && stores.draws.find(campaign->id);
    stores.subscribers.erase(subscriber_id, is_sealed, clock_.now() - kDay);
    if (!is_sealed) stores.campaigns.count_list_change(campaign->id);
    return subscriber->email_key;
  });
  if (!erased) return EraseOutcome::no_such_subscriber;
  known_->forget(campaign->id, *erased);
  return EraseOutcome::erased;
}

bool CampaignManager::forget_old_mails(Stores& stores, Time now) {
  return stores.subscribers.prune_erased(now - kDay, kPurgeAtOnce) == kPurgeAtOnce;
}

}  // namespace promotions
