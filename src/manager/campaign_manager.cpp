#include "promotions/manager/campaign_manager.h"

#include <chrono>

#include "manager/address_loader.h"
#include "manager/fair_order.h"
#include "manager/known_addresses.h"
#include "promotions/base/log.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
// Rows in one write: other writes wait for some milliseconds only.
constexpr int kPurgeAtOnce = 1000;
constexpr int kPurgeChunksAtOnce = 20;
constexpr std::size_t kLimitedBytes = std::size_t{4} << 20U;

}  // namespace

CampaignManager::CampaignManager(Storage& storage, const Clock& clock, Random& random,
                                 const TokenSigner& signer, const CampaignManagerOptions& options)
    : storage_(storage),
      clock_(clock),
      random_(random),
      signer_(signer),
      options_(options),
      order_(std::make_unique<FairOrder>()),
      known_(std::make_unique<KnownAddresses>(random, KnownAddresses::kDefaultMaxBytes,
                                              options.resend_after)),
      limited_(std::make_unique<KnownAddresses>(random, kLimitedBytes)),
      loader_(std::make_unique<AddressLoader>(*known_, registrations_of(storage))) {
  random_.fill(flow_key_);
  random_.fill(words_key_);
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

// ---- campaigns
// --------------------------------------------------------------------------------------

CampaignPtr CampaignManager::find(std::string_view slug) const {
  const MutexLock lock(mutex_);
  const auto found = campaigns_.find(slug);
  return found == campaigns_.end() ? nullptr : found->second;
}

CampaignPtr CampaignManager::find(std::int64_t id) const {
  const MutexLock lock(mutex_);
  for (const auto& [slug, campaign] : campaigns_) {
    if (campaign->id == id) return campaign;
  }
  return nullptr;
}

void CampaignManager::refresh(std::int64_t id) {
  const MutexLock one_at_a_time(refreshing_);
  const auto stored =
      storage_.read([&](const Stores& stores) { return stores.campaigns.find(id); });
  {
    const MutexLock lock(mutex_);
    std::erase_if(campaigns_, [&](const auto& entry) { return entry.second->id == id; });
    if (stored) campaigns_[stored->slug] = std::make_shared<const Campaign>(*stored);
  }
  refreshed_.notify_all();
}

void CampaignManager::wait_until(std::string_view slug, Millis patience,
                                 const std::function<bool(const CampaignPtr&)>& is_settled) {
  MutexLock lock(mutex_);
  refreshed_.wait_for(lock, patience, [&]() REQUIRES(mutex_) {
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
    const MutexLock lock(mutex_);
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

UpdateOutcome CampaignManager::update(std::string_view slug, const CampaignChange& change) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return UpdateOutcome::no_such_campaign;
  const std::int64_t id = campaign->id;
  const auto outcome = storage_.write([&](Stores& stores) {
    const auto current = stores.campaigns.find(id);
    if (!current) return UpdateOutcome::no_such_campaign;
    const CampaignSettings& old = current->settings;
    CampaignSettings settings = old;
    if (!change(settings)) return UpdateOutcome::refused;
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
    if (was_open && !have_same_terms(old, settings)) return UpdateOutcome::terms_fixed;
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
  SubscriberFilter looked_for = filter;
  const auto whole = EmailAddress::parse(filter.text);
  if (whole) looked_for.email_key = key_of(*whole, campaign->settings.aliases);
  return storage_.read(
      [&](const Stores& stores) { return stores.subscribers.list(campaign->id, looked_for); });
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

void CampaignManager::forget_address(std::int64_t campaign_id, std::string_view email_key) {
  known_->forget(campaign_id, email_key);
}

bool CampaignManager::forget_old(Stores& stores, Time now) const {
  const int counts = stores.subscribers.prune_erased(now - kDay, kPurgeAtOnce);
  const int variants = stores.variants.prune(now - options_.variant_ttl, kPurgeAtOnce);
  return counts == kPurgeAtOnce || variants == kPurgeAtOnce;
}

}  // namespace promotions
