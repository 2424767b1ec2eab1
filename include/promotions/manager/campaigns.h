// What can be done with campaigns: the rules, between whoever asks (HTTP, commands, jobs) and the
// stores.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/mutex.h"
#include "promotions/base/random.h"
#include "promotions/domain/campaign.h"
#include "promotions/domain/subscriber.h"
#include "promotions/manager/principal.h"
#include "promotions/storage/storage.h"

namespace promotions {

using CampaignPtr = std::shared_ptr<const Campaign>;  // a snapshot; never null where it is promised

struct CampaignView {
  CampaignPtr campaign;
  CampaignState state = CampaignState::open;  // at the time of asking
  SubscriberCounts subscribers;
};

enum class UpdateOutcome { updated, no_such_campaign, refused, list_stopped, terms_fixed };

// A change of a campaign: applied to what is stored, inside the write, so that two at once both
// hold. Must be quick, and may be called more than once. False: it refuses, and nothing changes.
using CampaignChange = std::function<bool(CampaignSettings&)>;

// Thread-safe. Campaigns are kept in memory, which follows every commit: what they alone can answer
// is answered without the database. Every function that writes returns after the commit, and may
// throw Overloaded and StorageUnavailable.
class Campaigns {
 public:
  // `new_campaign`: what a new one begins with; it has no name yet.
  Campaigns(Storage& storage, const Clock& clock, Random& random,
            CampaignSettings new_campaign = {});

  CampaignPtr find(std::string_view slug) const;  // null if there is none; memory only
  CampaignPtr find(std::int64_t id) const;
  CampaignState state(const Campaign& campaign) const { return campaign.state_at(clock_.now()); }
  std::optional<CampaignView> view(std::string_view slug);
  std::vector<CampaignView> views();  // by slug

  // What a new campaign is that says nothing more.
  const CampaignSettings& new_settings() const { return new_campaign_; }
  // False: the slug is taken. Settings are checked by the caller.
  bool create(const Principal& who, std::string_view slug, const CampaignSettings& settings);
  UpdateOutcome update(const Principal& who, std::string_view slug, const CampaignChange& change);
  bool remove(const Principal& who, std::string_view slug);  // false: there is none
  // The job behind remove(): deletes the rest of what is removed, in short writes.
  void purge(std::int64_t campaign_id);

  // Waits until `is_settled` of what memory knows of a campaign (null: nothing), or for `patience`.
  void wait_until(std::string_view slug, Millis patience,
                  const std::function<bool(const CampaignPtr&)>& is_settled);

 private:
  void make_secrets();
  void load();
  void reload(const std::vector<std::int64_t>& changed);
  bool reload(std::int64_t id);
  Secret new_secret() const;

  Storage& storage_;
  const Clock& clock_;
  Random& random_;
  const CampaignSettings new_campaign_;

  Mutex loading_;  // one at a time, so that an older state never replaces a newer one
  // That could not be read after a commit.
  std::vector<std::int64_t> behind_ GUARDED_BY(loading_);
  mutable Mutex mutex_;
  ConditionVariable reloaded_;  // some campaign was
  std::map<std::string, CampaignPtr, std::less<>> campaigns_ GUARDED_BY(mutex_);
  CommitListener changes_;  // last: it calls reload()
};

}  // namespace promotions
