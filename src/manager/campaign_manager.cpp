#include "promotions/manager/campaign_manager.h"

#include <array>
#include <chrono>

#include "promotions/base/log.h"
#include "promotions/domain/draw.h"
#include "promotions/domain/email_address.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
constexpr int kPurgeAtOnce =
    1000;  // rows in one write: other writes wait for some milliseconds only
constexpr int kVerificationPriority = 10;
constexpr int kResultPriority = 0;  // a handful of mails that matter most
constexpr int kWorkAttempts = 100;  // a draw must not die of a disk that was full for an hour

}  // namespace

CampaignManager::CampaignManager(Storage& storage, const Clock& clock, Random& random,
                                 const TokenSigner& signer, CampaignManagerOptions options)
    : storage_(storage), clock_(clock), random_(random), signer_(signer), options_(options) {
  const auto all = storage_.read([](const Stores& stores) { return stores.campaigns.all(); });
  for (const Campaign& campaign : all) {
    campaigns_[campaign.slug] = std::make_shared<const Campaign>(campaign);
  }
}

// ---- sign-up
// ----------------------------------------------------------------------------------------

SignUpResult CampaignManager::add_subscriber(const SignUp& sign_up) {
  const auto email = EmailAddress::parse(sign_up.email);
  if (!email) return {.outcome = SignUpOutcome::invalid_email, .campaign = find(sign_up.campaign)};
  const CampaignPtr campaign = find(sign_up.campaign);
  if (!campaign) return {.outcome = SignUpOutcome::no_such_campaign};
  SignUpResult result{SignUpOutcome::accepted, campaign, email->text()};
  if (state(*campaign) != CampaignState::open) {
    result.outcome = SignUpOutcome::not_open;
    return result;
  }
  Subscriber subscriber;
  subscriber.campaign_id = campaign->id;
  subscriber.email = email->text();
  subscriber.email_key = email->key();
  subscriber.data = sign_up.data;
  subscriber.locale = sign_up.locale;
  subscriber.created_at = clock_.now();
  result.outcome = storage_.write([&](Stores& stores) {
    return store_sign_up(stores, *campaign, subscriber, result.retry_after);
  });
  return result;
}

SignUpOutcome CampaignManager::store_sign_up(Stores& stores, const Campaign& campaign,
                                             const Subscriber& subscriber,
                                             Millis& retry_after) const {
  // Memory said open, but the list may have been stopped by a write just before this one.
  if (!stores.campaigns.is_list_open(campaign.id)) return SignUpOutcome::not_open;
  const Time now = subscriber.created_at;
  const MailAllowance mails = stores.subscribers.mails_since(subscriber.email_key, now - kDay);
  const int limit = options_.mails_per_address_per_day;
  const bool may_mail = limit == 0 || mails.used < limit;
  const Time allowed_at = may_mail ? now : mails.oldest.value_or(now) + kDay;
  const bool conceal = campaign.settings.duplicates == Duplicates::conceal;
  if (!may_mail && !conceal) {
    if (stores.subscribers.find(campaign.id, subscriber.email_key)) {
      return SignUpOutcome::already_registered;
    }
    retry_after = allowed_at - now;
    return SignUpOutcome::too_many_mails;
  }
  const auto id = stores.subscribers.insert(subscriber);
  if (!id) return repeat_sign_up(stores, campaign, subscriber, may_mail);
  // A conceal campaign cannot say "too many mails" without giving the address away: its mail waits.
  enqueue_verification(stores, subscriber, *id, allowed_at);
  return SignUpOutcome::accepted;
}

SignUpOutcome CampaignManager::repeat_sign_up(Stores& stores, const Campaign& campaign,
                                              const Subscriber& subscriber, bool may_mail) const {
  const auto known = stores.subscribers.find(campaign.id, subscriber.email_key);
  if (!known) throw std::logic_error("a subscriber that is there and is not");
  const Time now = subscriber.created_at;
  const bool rested = now - stores.subscribers.mailed_at(known->id) >= options_.resend_after;
  if (known->state() == SubscriberState::pending && rested && may_mail) {
    stores.subscribers.count_mail(known->id, now, now - kDay);
    enqueue_verification(stores, subscriber, known->id, std::nullopt);
  }
  if (campaign.settings.duplicates == Duplicates::reject) return SignUpOutcome::already_registered;
  stores.subscribers.touch(known->id);
  return SignUpOutcome::accepted;
}

void CampaignManager::enqueue_verification(Stores& stores, const Subscriber& subscriber,
                                           std::int64_t subscriber_id,
                                           std::optional<Time> run_at) const {
  stores.jobs.enqueue({.lane = lanes::kMail,
                       .kind = job_kinds::kVerification,
                       .campaign_id = subscriber.campaign_id,
                       .subscriber_id = subscriber_id,
                       .priority = kVerificationPriority,
                       .max_attempts = options_.max_attempts,
                       .run_at = run_at},
                      subscriber.created_at);
}

// ---- verification
// -----------------------------------------------------------------------------------

// Whom a genuine token speaks of.
struct CampaignManager::Subject {
  CampaignPtr campaign;
  Subscriber subscriber;
  Time issued_at;
};

std::optional<CampaignManager::Subject> CampaignManager::find_subject(std::string_view token) {
  const auto claim = TokenSigner::decode(token);
  if (!claim) return std::nullopt;
  const auto subscriber = storage_.read(
      [&](const Stores& stores) { return stores.subscribers.find(claim->subscriber_id); });
  if (!subscriber) return std::nullopt;
  const TokenSubject subject{TokenPurpose::verify, subscriber->campaign_id, subscriber->id,
                             subscriber->email_key};
  if (!signer_.matches(*claim, subject)) return std::nullopt;
  CampaignPtr campaign = find(subscriber->campaign_id);
  if (!campaign) return std::nullopt;
  return Subject{std::move(campaign), *subscriber, claim->issued_at};
}

VerifyResult CampaignManager::judge(const Subject& subject) const {
  const Time now = clock_.now();
  const Campaign& campaign = *subject.campaign;
  if (subject.subscriber.verified_at) return {VerifyOutcome::already_verified, subject.campaign};
  if (campaign.finishing_at) return {VerifyOutcome::not_open, subject.campaign};
  if (now >= subject.issued_at + campaign.settings.token_ttl) {
    return {VerifyOutcome::expired, subject.campaign};
  }
  return {VerifyOutcome::pending, subject.campaign};
}

VerifyResult CampaignManager::peek_subscriber(std::string_view token) {
  const auto subject = find_subject(token);
  return subject ? judge(*subject) : VerifyResult{};
}

VerifyResult CampaignManager::verify_subscriber(std::string_view token) {
  const auto subject = find_subject(token);
  if (!subject) return {};
  VerifyResult result = judge(*subject);
  if (result.outcome != VerifyOutcome::pending) return result;
  std::array<unsigned char, 16> nonce{};
  random_.fill(nonce);
  const std::int64_t id = subject->subscriber.id;
  const std::int64_t campaign_id = subject->campaign->id;
  result.outcome = storage_.write([&](Stores& stores) {
    const auto subscriber = stores.subscribers.find(id);
    if (!subscriber) return VerifyOutcome::invalid_token;
    if (subscriber->verified_at) return VerifyOutcome::already_verified;
    if (!stores.campaigns.is_list_open(campaign_id)) return VerifyOutcome::not_open;
    stores.subscribers.verify(id, stores.campaigns.take_ticket(campaign_id), nonce, clock_.now());
    return VerifyOutcome::verified;
  });
  return result;
}

// ---- finish
// -----------------------------------------------------------------------------------------

FinishResult CampaignManager::finish_campaign(std::string_view slug, Millis patience) {
  CampaignPtr campaign = find(slug);
  if (!campaign) return {};
  const std::int64_t id = campaign->id;
  if (!campaign->finishing_at) {
    Draw draw;
    random_.fill(draw.seed);
    const bool stopped = storage_.write([&](Stores& stores) {
      if (!stores.campaigns.is_list_open(id)) return true;  // by somebody else, just now
      const auto current = stores.campaigns.find(id);
      draw.entrants = stores.campaigns.counts(id).verified;
      if (!current || draw.entrants == 0) return false;
      draw.winners = current->settings.winners;
      draw.alternates = current->settings.alternates;
      const Time now = clock_.now();
      stores.draws.insert(id, draw);
      stores.campaigns.set_finishing(id, now);
      stores.jobs.enqueue({.lane = lanes::kWork,
                           .kind = job_kinds::kFinishCampaign,
                           .campaign_id = id,
                           .max_attempts = kWorkAttempts},
                          now);
      return true;
    });
    if (!stopped) return {.outcome = FinishOutcome::no_verified_subscribers, .campaign = campaign};
    refresh(id);
  }
  {
    std::shared_lock lock(mutex_);
    finished_.wait_for(lock, patience, [&] {
      const auto found = campaigns_.find(slug);
      return found == campaigns_.end() || found->second->finished_at;
    });
  }
  return peek_finish(slug);
}

FinishResult CampaignManager::peek_finish(std::string_view slug) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return {};
  if (!campaign->finished_at) return {.outcome = FinishOutcome::finishing, .campaign = campaign};
  FinishResult result{.outcome = FinishOutcome::finished, .campaign = campaign};
  result.drawn = storage_.read([&](const Stores& stores) {
    result.entrants = stores.draws.find(campaign->id).value_or(Draw{}).entrants;
    return stores.draws.drawn(campaign->id);
  });
  return result;
}

void CampaignManager::complete_finish(std::int64_t campaign_id) {
  // Outside the writer: nothing can change the list any more, so a snapshot is as good as the
  // truth.
  const auto draw =
      storage_.read([&](const Stores& stores) { return stores.draws.find(campaign_id); });
  if (!draw) return;  // the campaign was deleted
  const auto tickets =
      storage_.read([&](const Stores& stores) { return stores.subscribers.tickets(campaign_id); });
  const auto count = static_cast<std::uint64_t>(draw->winners + draw->alternates);
  const auto indices = choose_indices(draw->seed, tickets.size(), count);

  storage_.write([&](Stores& stores) {
    const auto campaign = stores.campaigns.find(campaign_id);
    if (!campaign || campaign->finished_at) return;
    const Time now = clock_.now();
    Drawn drawn;
    for (const std::uint64_t index : indices) {
      drawn.ticket = tickets.at(index);
      drawn.subscriber_id = stores.subscribers.find_by_ticket(campaign_id, drawn.ticket).value().id;
      drawn.winner = ++drawn.position <= draw->winners;
      stores.draws.insert_drawn(campaign_id, drawn);
      if (!drawn.winner) continue;
      stores.jobs.enqueue({.lane = lanes::kMail,
                           .kind = job_kinds::kWinner,
                           .campaign_id = campaign_id,
                           .subscriber_id = drawn.subscriber_id,
                           .priority = kResultPriority,
                           .max_attempts = options_.max_attempts},
                          now);
    }
    stores.campaigns.set_finished(campaign_id, now);
    stores.jobs.enqueue({.lane = lanes::kMail,
                         .kind = job_kinds::kAdminResult,
                         .campaign_id = campaign_id,
                         .priority = kResultPriority,
                         .max_attempts = options_.max_attempts},
                        now);
  });
  refresh(campaign_id);
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
  finished_.notify_all();
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
  const auto id = storage_.write(
      [&](Stores& stores) { return stores.campaigns.insert(slug, settings, clock_.now()); });
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
         old.opens_at != settings.opens_at || old.closes_at != settings.closes_at)) {
      return UpdateOutcome::list_stopped;
    }
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
  while (storage_.write(
      [&](Stores& stores) { return stores.campaigns.purge_some(campaign_id, kPurgeAtOnce); })) {
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
  return storage_.write([&](Stores& stores) {
    const auto subscriber = stores.subscribers.find(subscriber_id);
    if (!subscriber || subscriber->campaign_id != campaign->id || subscriber->email.empty()) {
      return EraseOutcome::no_such_subscriber;
    }
    // An entrant's ticket is part of the sealed list; without it the draw could not be repeated.
    const bool sealed = subscriber->ticket && !stores.campaigns.is_list_open(campaign->id);
    stores.subscribers.erase(subscriber_id, sealed);
    return EraseOutcome::erased;
  });
}

}  // namespace promotions
