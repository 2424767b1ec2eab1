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

// One connection's view; not thread-safe. Functions that write are not const.
//
// Settings are one JSON column (domain/stored_settings.h): campaigns are kept in memory, so whoever
// reads one of them reads all. The exception is `aliases`, a column besides, which the same
// statements write: the write of each sign-up reads it (open_list()), and must not parse all for
// it. Functions that read settings throw UserError for those that only a newer program understands.
class CampaignStore {
 public:
  explicit CampaignStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<Campaign> all() const;  // by slug
  std::optional<Campaign> find(std::string_view slug) const;
  std::optional<Campaign> find(std::int64_t id) const;
  SubscriberCounts counts(std::int64_t id) const;

  // How addresses count on a list that may still grow; nullopt: it was stopped, or deleted.
  std::optional<Aliases> open_list(std::int64_t id) const;

  // nullopt if the slug is taken.
  std::optional<std::int64_t> insert(std::string_view slug, const CampaignSettings& settings,
                                     Time now);
  void update(std::int64_t id, const CampaignSettings& settings);
  void set_finishing(std::int64_t id, std::optional<Time> at);  // absent: the list is open again
  void set_finished(std::int64_t id, Time now);

  // The secret of the draw, made with the campaign.
  std::optional<Secret> secret(std::int64_t id) const;
  void set_secret(std::int64_t id, const Secret& secret);
  std::vector<std::int64_t> without_secret() const;  // made by a program that knew of none

  // What the administrator says that the public beacon said.
  std::optional<std::string> beacon_value(std::int64_t id) const;
  void set_beacon_value(std::int64_t id, std::string_view value);

  // How often somebody left the list, or was taken from the draw.
  std::int64_t list_changes(std::int64_t id) const;
  void count_list_change(std::int64_t id);

  // The next ticket number of the campaign; each is given out once. Counts one pending subscriber
  // as verified: who takes a ticket gives it to one, by SubscriberStore::verify().
  std::int64_t take_ticket(std::int64_t id);

  // Deleting goes in steps, so that no transaction is long: retire() hides the campaign and frees
  // its slug, SubscriberStore::purge_some() removes its subscribers, and purge() what is left. The
  // counts of what is being purged mean nothing.
  void retire(std::int64_t id);
  void purge(std::int64_t id);

 private:
  Campaign with_settings(Campaign campaign, std::string stored) const;

  // The settings that were read last. A campaign is read for each of its mails, and to parse it
  // again would be 83 000 instructions to the 371 000 of a mail.
  struct LastRead {
    std::string stored;
    CampaignSettings settings;
  };

  DatabaseConnection& connection_;
  mutable LastRead last_;
};

}  // namespace promotions
