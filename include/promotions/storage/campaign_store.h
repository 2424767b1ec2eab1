// Campaigns and their counters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/domain/campaign.h"
#include "promotions/domain/draw.h"

namespace promotions {

class DatabaseConnection;

struct SubscriberCounts {
  std::int64_t pending = 0;
  std::int64_t verified = 0;
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h). Functions that read settings also throw UserError, if only a newer
// program understands them.
//
// Settings are one JSON column (domain/stored_settings.h). Campaigns are kept in memory, so no
// query needs a single setting. The exception is `aliases`, which is also a column of its own,
// written by the same statements: the write of each sign-up reads it (open_list()) and must not
// parse all settings for it.
class CampaignStore {
 public:
  explicit CampaignStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<Campaign> all() const;  // by slug
  std::optional<Campaign> find(std::int64_t id) const;
  SubscriberCounts counts(std::int64_t id) const;

  // Whether the campaign merges aliases of an address, as long as its list is open. nullopt if the
  // list was stopped, or the campaign deleted.
  std::optional<Aliases> open_list(std::int64_t id) const;

  // nullopt if the slug is taken.
  std::optional<std::int64_t> insert(std::string_view slug, const CampaignSettings& settings,
                                     Time now);
  void update(std::int64_t id, const CampaignSettings& settings);
  void set_finishing(std::int64_t id, std::optional<Time> at);  // absent: opens the list again
  void set_finished(std::int64_t id, Time now);

  // The secret of the draw, which is made with the campaign. nullopt if there is none.
  std::optional<Secret> secret(std::int64_t id) const;
  // Stores it with its commitment. Neither can be changed afterwards.
  void set_secret(std::int64_t id, const Secret& secret);
  // Ids of campaigns without a commitment or without terms, which an older program made.
  std::vector<std::int64_t> incomplete() const;

  // The value of the public beacon, as the administrator gave it. nullopt before that.
  std::optional<std::string> beacon_value(std::int64_t id) const;
  void set_beacon_value(std::int64_t id, std::string_view value);

  // How many erasures and disqualifications have changed the list before it was sealed.
  std::int64_t list_changes(std::int64_t id) const;
  void count_list_change(std::int64_t id);

  // Takes the next ticket number of the campaign; each is given out once. This also counts one
  // subscriber as verified instead of pending, so the caller must give the ticket to one, with
  // SubscriberStore::verify().
  std::int64_t take_ticket(std::int64_t id);

  // A campaign is deleted in steps, so that no transaction is long: retire() hides it and frees its
  // slug, SubscriberStore::purge_some() removes its subscribers, and purge() removes what is left.
  // Its counts mean nothing meanwhile.
  void retire(std::int64_t id);
  void purge(std::int64_t id);

 private:
  Campaign with_settings(Campaign campaign, std::string stored) const;

  // The settings that were read last. A campaign is read for each of its mails, and parsing its
  // settings each time would add 83 000 instructions to the 371 000 that a mail takes.
  struct LastRead {
    std::string stored;
    CampaignSettings settings;
  };

  DatabaseConnection& connection_;
  mutable LastRead last_;
};

}  // namespace promotions
