// The rules for campaigns: what may be done with them. HTTP, commands and jobs call this, and it
// calls the stores.
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
#include "promotions/domain/fixed_options.h"
#include "promotions/domain/subscriber.h"
#include "promotions/manager/principal.h"
#include "promotions/storage/storage.h"

namespace promotions {

using CampaignPtr = std::shared_ptr<const Campaign>;  // a snapshot, never changed; may be null

struct CampaignView {
  CampaignPtr campaign;
  CampaignState state = CampaignState::open;  // at the time of the call
  SubscriberCounts subscribers;
};

enum class UpdateOutcome { updated, no_such_campaign, refused, list_stopped, terms_fixed };

struct UpdateResult {
  UpdateOutcome outcome = UpdateOutcome::no_such_campaign;
  std::string why{};  // for list_stopped and terms_fixed: one sentence that names the options
  friend bool operator==(const UpdateResult& result, UpdateOutcome outcome) {
    return result.outcome == outcome;
  }
};

// Changes the stored settings of a campaign. It is called inside the write, so two changes at the
// same time do not overwrite each other. It runs on the writer's thread, must be quick, and may be
// called more than once. If it returns false, nothing is changed.
using CampaignChange = std::function<bool(CampaignSettings&)>;

// Thread-safe. All campaigns are kept in memory, which is brought up to date with each commit;
// find() and state() need no database. Functions that write return after the commit. They, and
// those that read the database, may throw Overloaded and StorageUnavailable.
class Campaigns {
 public:
  // `new_campaign`: the settings of a campaign that is created without any; the name is empty.
  Campaigns(Storage& storage, const Clock& clock, Random& random,
            CampaignSettings new_campaign = {});

  CampaignPtr find(std::string_view slug) const;  // from memory; null if there is none
  CampaignPtr find(std::int64_t id) const;
  CampaignState state(const Campaign& campaign) const { return campaign.state_at(clock_.now()); }
  std::optional<CampaignView> view(std::string_view slug);
  std::vector<CampaignView> views();  // all campaigns, by slug

  // All versions of what the campaign promises, the one in force last. Empty if there is no such
  // campaign.
  std::vector<PublishedTerms> terms(std::int64_t id);
  // The text of the rules of one version of them. nullopt if it has none, or they are elsewhere.
  std::optional<std::string> rules(std::int64_t id, const Terms& terms);

  // The defaults for a new campaign.
  const CampaignSettings& new_settings() const { return new_campaign_; }
  // Returns false if the slug is taken. The caller has checked the settings. What they promise is
  // the first version of the campaign's terms; each change of it makes another one.
  bool create(const Principal& who, std::string_view slug, const CampaignSettings& settings);
  // Refuses changes of what is fixed once the campaign has opened, or once its list is stopped.
  UpdateResult update(const Principal& who, std::string_view slug, const CampaignChange& change);
  // Hides the campaign at once, then deletes it with purge(). Returns false if there is none.
  bool remove(const Principal& who, std::string_view slug);
  // Deletes all rows of a removed campaign, in short writes. A job calls it again if remove() was
  // interrupted; repeating it changes nothing.
  void purge(std::int64_t campaign_id);

  // Waits until `is_settled` returns true for the campaign as it is in memory (null: there is
  // none), for at most `patience`. It is called with a lock held: it must be quick, and must not
  // call this object.
  void wait_until(std::string_view slug, Millis patience,
                  const std::function<bool(const CampaignPtr&)>& is_settled);

 private:
  void complete();
  void keep_terms(Stores& stores, std::int64_t id) const;
  void keep_promised(Stores& stores, std::int64_t id, const CampaignSettings& settings) const;
  void load();
  void reload(const std::vector<std::int64_t>& changed);
  bool reload(std::int64_t id);
  Secret new_secret() const;
  Stage stage(const Campaign& campaign, const Stores& stores) const;

  Storage& storage_;
  const Clock& clock_;
  Random& random_;
  const CampaignSettings new_campaign_;

  // Held while campaigns are read and put into memory, so that an older state never replaces a
  // newer one. Locked before mutex_.
  Mutex loading_;
  // Campaigns that could not be read after a change of theirs was committed; tried again later.
  std::vector<std::int64_t> behind_ GUARDED_BY(loading_);
  mutable Mutex mutex_;
  ConditionVariable reloaded_;  // notified when a campaign in memory has changed
  std::map<std::string, CampaignPtr, std::less<>> campaigns_ GUARDED_BY(mutex_);
  CommitListener changes_;  // declared last, so that it ends first: it calls reload()
};

}  // namespace promotions
