#include "promotions/manager/campaign_manager.h"

#include <array>
#include <chrono>
#include <semaphore>

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
constexpr int kResultPriority = 0;      // a handful of mails that matter most
constexpr std::size_t kRowBytes = 256;  // about a row's own, and its entries in indexes
constexpr int kWorkAttempts = 100;      // a draw must not die of a disk that was full for an hour

// Waits for what `start` hands over.
template <typename Result, typename Start>
Result wait_for(Start start) {
  std::optional<Completion<Result>> ending;
  std::binary_semaphore is_done{0};
  start([&](Completion<Result> completion) {
    ending.emplace(std::move(completion));
    is_done.release();
  });
  is_done.acquire();
  return ending->take();
}

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
  return Candidate{std::move(campaign), std::move(subscriber)};
}

void CampaignManager::add_subscriber(Candidate candidate, Done<SignUpResult> done) {
  const std::size_t bytes =
      kRowBytes + candidate.subscriber.data.size() + 2 * candidate.subscriber.email.size();
  storage_.write_later(
      WriteLine::sign_ups, bytes,
      [this, candidate = std::move(candidate)](Stores& stores) {
        return store_sign_up(stores, candidate);
      },
      std::move(done));
}

SignUpResult CampaignManager::add_subscriber(const SignUp& sign_up) {
  auto examined = examine(sign_up);
  if (auto* refused = std::get_if<SignUpResult>(&examined)) return std::move(*refused);
  return wait_for<SignUpResult>([&](Done<SignUpResult> done) {
    add_subscriber(std::get<Candidate>(std::move(examined)), std::move(done));
  });
}

SignUpResult CampaignManager::store_sign_up(Stores& stores, const Candidate& candidate) const {
  const auto& [campaign, subscriber] = candidate;
  SignUpResult result{SignUpOutcome::accepted, campaign, subscriber.email};
  result.outcome = store_sign_up(stores, *campaign, subscriber, result.retry_after);
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

void CampaignManager::verify_subscriber(std::string_view token, VerifyIntent intent,
                                        Done<VerifyResult> done) {
  const auto claim = TokenSigner::decode(token);
  if (!claim) return done(VerifyResult{});
  storage_.write_later(
      WriteLine::verifications, kRowBytes,
      [this, claim = *claim, intent](Stores& stores) { return verify(stores, claim, intent); },
      std::move(done));
}

VerifyResult CampaignManager::verify_subscriber(std::string_view token, VerifyIntent intent) {
  return wait_for<VerifyResult>(
      [&](Done<VerifyResult> done) { verify_subscriber(token, intent, std::move(done)); });
}

VerifyResult CampaignManager::verify(Stores& stores, const TokenClaim& claim,
                                     VerifyIntent intent) const {
  const auto subscriber = stores.subscribers.find(claim.subscriber_id);
  if (!subscriber) return {};
  const TokenSubject subject{TokenPurpose::verify, subscriber->campaign_id, subscriber->id,
                             subscriber->email_key};
  if (!signer_.matches(claim, subject)) return {};
  VerifyResult result{VerifyOutcome::pending, find(subscriber->campaign_id)};
  if (!result.campaign) return {};
  const CampaignSettings& settings = result.campaign->settings;
  const Time now = clock_.now();
  if (subscriber->verified_at) {
    result.outcome = VerifyOutcome::already_verified;
  } else if (!stores.campaigns.is_list_open(subscriber->campaign_id)) {
    result.outcome = VerifyOutcome::not_open;
  } else if (now >= claim.issued_at + settings.token_ttl) {
    result.outcome = VerifyOutcome::expired;
  } else if (intent == VerifyIntent::confirm ||
             (intent == VerifyIntent::open_link && settings.verification == Verification::link)) {
    std::array<unsigned char, 16> nonce{};
    random_.fill(nonce);
    stores.subscribers.verify(subscriber->id, stores.campaigns.take_ticket(subscriber->campaign_id),
                              nonce, now);
    result.outcome = VerifyOutcome::verified;
  }
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
