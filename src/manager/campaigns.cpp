#include "promotions/manager/campaigns.h"

#include <chrono>

#include "promotions/base/encoding.h"
#include "promotions/base/log.h"
#include "promotions/domain/fixed_options.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr Millis kDay = std::chrono::hours(24);
// Rows that are deleted in one write. Bounded, so that other writes wait for some milliseconds
// only.
constexpr int kPurgeAtOnce = 1000;
constexpr int kPurgeChunksAtOnce = 20;

}  // namespace

Campaigns::Campaigns(Storage& storage, const Clock& clock, Random& random,
                     CampaignSettings new_campaign)
    : storage_(storage), clock_(clock), random_(random), new_campaign_(std::move(new_campaign)) {
  complete();
  load();
}

void Campaigns::load() {
  // Before loading_ is locked: the writer holds a lock of its own while it calls reload(), and
  // listen() takes that lock. In the other order the two threads could wait for each other.
  changes_ = storage_.listen([this](const Effects& effects) { reload(effects.campaigns); });
  // From here on reload() waits for this lock, so later commits are applied after what is read
  // here.
  const MutexLock one_at_a_time(loading_);
  const auto all = storage_.read([](const Stores& stores) { return stores.campaigns.all(); });
  const MutexLock lock(mutex_);
  for (const Campaign& campaign : all) {
    campaigns_[campaign.slug] = std::make_shared<const Campaign>(campaign);
  }
}

// Gives secrets, commitments and terms to campaigns that an older program made.
void Campaigns::complete() {
  const auto ids =
      storage_.read([](const Stores& stores) { return stores.campaigns.incomplete(); });
  if (ids.empty()) return;
  storage_.write([&](Stores& stores) {
    for (const std::int64_t id : ids) {
      const auto secret = stores.campaigns.secret(id);
      stores.campaigns.set_secret(id, secret ? *secret : new_secret());
      keep_terms(stores, id);
    }
  });
}

// Publishes another version of the terms if the stored settings promise anything else than the
// newest one.
void Campaigns::keep_terms(Stores& stores, std::int64_t id) const {
  const auto campaign = stores.campaigns.find(id);
  if (!campaign) return;
  const auto newest = stores.terms.newest(id);
  const std::int64_t version = newest ? newest->terms.version : 0;
  if (newest && terms_of(*campaign, version, newest->terms.at) == newest->terms) return;
  stores.terms.add(id, terms_of(*campaign, version + 1, clock_.now()), campaign->settings.rules);
}

// Keeps what nobody may alter later, in the write that stores the settings: the terms, and the
// texts that a form now asks for consent to. A sign-up that names a text comes after that commit.
void Campaigns::keep_promised(Stores& stores, std::int64_t id,
                              const CampaignSettings& settings) const {
  keep_terms(stores, id);
  if (!settings.fields) return;
  for (const std::string& text : consent_texts(*settings.fields)) stores.consents.keep(id, text);
}

std::vector<PublishedTerms> Campaigns::terms(std::int64_t id) {
  return storage_.read([&](const Stores& stores) { return stores.terms.all(id); });
}

std::optional<std::string> Campaigns::rules(std::int64_t id, const Terms& terms) {
  const auto hash = parse_hash(terms.rules_sha256);
  if (!hash || !terms.rules_url.empty()) return std::nullopt;
  return storage_.read([&](const Stores& stores) { return stores.terms.rules(id, *hash); });
}

Secret Campaigns::new_secret() const {
  Secret secret{};
  random_.fill(secret);
  return secret;
}

CampaignPtr Campaigns::find(std::string_view slug) const {
  const MutexLock lock(mutex_);
  const auto found = campaigns_.find(slug);
  return found == campaigns_.end() ? nullptr : found->second;
}

CampaignPtr Campaigns::find(std::int64_t id) const {
  const MutexLock lock(mutex_);
  for (const auto& [slug, campaign] : campaigns_) {
    if (campaign->id == id) return campaign;
  }
  return nullptr;
}

// Called on the writer's thread after the commit, before the callers of its writes are called back.
// So a caller that has changed a campaign finds the change in memory.
void Campaigns::reload(const std::vector<std::int64_t>& changed) {
  if (changed.empty()) return;
  const MutexLock one_at_a_time(loading_);
  behind_.insert(behind_.end(), changed.begin(), changed.end());
  std::erase_if(behind_, [this](std::int64_t id) { return reload(id); });
}

// Returns false if the campaign cannot be read now. Its change is committed all the same; it is
// read again with the next commit that changes any campaign.
bool Campaigns::reload(std::int64_t id) {
  try {
    const auto stored =
        storage_.read([&](const Stores& stores) { return stores.campaigns.find(id); });
    const MutexLock lock(mutex_);
    // By id, not by slug: the slug of a removed campaign may already belong to another one.
    std::erase_if(campaigns_, [&](const auto& entry) { return entry.second->id == id; });
    if (stored) campaigns_[stored->slug] = std::make_shared<const Campaign>(*stored);
  } catch (const std::exception& error) {
    logs::error("campaign={} changed, and cannot be read: {}", id, error.what());
    return false;
  }
  reloaded_.notify_all();
  return true;
}

void Campaigns::wait_until(std::string_view slug, Millis patience,
                           const std::function<bool(const CampaignPtr&)>& is_settled) {
  MutexLock lock(mutex_);
  reloaded_.wait_for(lock, patience, [&]() REQUIRES(mutex_) {
    const auto found = campaigns_.find(slug);
    return is_settled(found == campaigns_.end() ? nullptr : found->second);
  });
}

std::optional<CampaignView> Campaigns::view(std::string_view slug) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return std::nullopt;
  const auto counts =
      storage_.read([&](const Stores& stores) { return stores.campaigns.counts(campaign->id); });
  return CampaignView{campaign, state(*campaign), counts};
}

std::vector<CampaignView> Campaigns::views() {
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

bool Campaigns::create(const Principal& who, std::string_view slug,
                       const CampaignSettings& settings) {
  const Secret secret = new_secret();
  const auto id = storage_.write([&](Stores& stores) {
    const auto created = stores.campaigns.insert(slug, settings, clock_.now());
    if (created) {
      stores.campaigns.set_secret(*created, secret);
      keep_promised(stores, *created, settings);
    }
    return created;
  });
  if (!id) return false;
  logs::info("campaign={} created by {}", *id, to_text(who));
  return true;
}

UpdateResult Campaigns::update(const Principal& who, std::string_view slug,
                               const CampaignChange& change) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return {};
  const std::int64_t id = campaign->id;
  UpdateResult result = storage_.write([&](Stores& stores) -> UpdateResult {
    // Memory may be behind writes of the same batch, so the rules are applied to the stored row.
    const auto current = stores.campaigns.find(id);
    if (!current) return {};
    CampaignSettings settings = current->settings;
    if (!change(settings)) return {UpdateOutcome::refused};
    FixedChange fixed = fixed_change(stage(*current, stores), current->settings, settings);
    if (!fixed.why.empty()) {
      return {fixed.is_promise ? UpdateOutcome::terms_fixed : UpdateOutcome::list_stopped,
              std::move(fixed.why)};
    }
    stores.campaigns.update(id, settings);
    keep_promised(stores, id, settings);
    return {UpdateOutcome::updated};
  });
  if (result == UpdateOutcome::updated) logs::info("campaign={} changed by {}", id, to_text(who));
  return result;
}

Stage Campaigns::stage(const Campaign& campaign, const Stores& stores) const {
  if (campaign.finishing_at) return Stage::stopped;
  if (campaign.state_at(clock_.now()) != CampaignState::scheduled) return Stage::open;
  // People have signed up under these terms, even if the opening was put off afterwards.
  const SubscriberCounts counts = stores.campaigns.counts(campaign.id);
  return counts.pending + counts.verified > 0 ? Stage::open : Stage::announced;
}

bool Campaigns::remove(const Principal& who, std::string_view slug) {
  const CampaignPtr campaign = find(slug);
  if (!campaign) return false;
  // The job in the same commit completes the deletion if this process ends before purge() does.
  storage_.write([&](Stores& stores) {
    stores.campaigns.retire(campaign->id);
    stores.jobs.enqueue(new_job(job_kinds::kPurgeCampaign, {.campaign_id = campaign->id}),
                        clock_.now());
  });
  logs::info("campaign={} deleted by {}", campaign->id, to_text(who));
  try {
    purge(campaign->id);
  } catch (const std::exception& error) {
    // Nobody sees the campaign any more; its job deletes what is left.
    logs::warn("campaign={}: purge interrupted: {}", campaign->id, error.what());
  }
  return true;
}

void Campaigns::purge(std::int64_t campaign_id) {
  while (storage_.write([&](Stores& stores) {
    if (stores.subscribers.purge_some(campaign_id, kPurgeAtOnce, clock_.now() - kDay)) return true;
    if (stores.entrants.remove_some(campaign_id, kPurgeChunksAtOnce)) return true;
    stores.campaigns.purge(campaign_id);  // last, because the other rows refer to it
    return false;
  })) {
  }
}

}  // namespace promotions
