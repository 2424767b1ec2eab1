// Subscribers of campaigns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/domain/subscriber.h"

namespace promotions {

class AddressIndex;
class DatabaseConnection;

struct SubscriberFilter {
  std::optional<SubscriberState> state{};
  // Part of the address, as it was typed, is shown or counts, in any case; empty: all.
  std::string text{};
  std::string email_key{};  // whoever has this one, too
  std::int64_t after = 0;   // ids above it
  int limit = 100;
};

// Verification mails that were asked for one address, as it counts, over all campaigns.
struct MailAllowance {
  int used = 0;                // within the window
  std::optional<Time> oldest;  // when the oldest window in use began
};

// That an address is registered in a campaign.
struct Registration {
  std::int64_t id = 0;  // of the subscriber
  std::int64_t campaign_id = 0;
  std::string email_key;
  std::optional<Time> verified_at;
};

// What a verification looks at, in one read.
struct Standing {
  std::int64_t campaign_id = 0;
  std::string email_key;
  std::string locale;  // as Subscriber::locale
  bool is_verified = false;
  bool is_disqualified = false;
  bool is_list_open = false;  // as CampaignStore::open_list()
};

// One connection's view; not thread-safe. Functions that write are not const, nor are those that
// look for an address: only the connection that writes has an index of them.
class SubscriberStore {
 public:
  // `addresses`: of the connection that writes; null for a reader.
  SubscriberStore(DatabaseConnection& connection, AddressIndex* addresses)
      : connection_(connection), addresses_(addresses) {}

  std::optional<Subscriber> find(std::int64_t id) const;
  std::optional<Subscriber> find(std::int64_t campaign_id, std::string_view email_key);
  std::optional<Standing> standing(std::int64_t id) const;  // nullopt for erased ones, too
  std::vector<Subscriber> list(std::int64_t campaign_id, const SubscriberFilter& filter) const;

  // Of all campaigns, newest first: up to `limit` with ids below `before`. Not of erased ones.
  std::vector<Registration> registrations(std::int64_t before, int limit) const;

  std::optional<Subscriber> find_by_ticket(std::int64_t campaign_id, std::int64_t ticket) const;

  // Fields used: campaign_id, email, email_key, data, locale, created_at. nullopt if the address is
  // registered in the campaign already. Counts the mail that goes out at `mail_at`.
  std::optional<std::int64_t> insert(const Subscriber& subscriber, Time mail_at);
  std::optional<std::int64_t> insert(const Subscriber& subscriber) {
    return insert(subscriber, subscriber.created_at);
  }

  // `ticket`: by CampaignStore::take_ticket(), which counts. No mail has been asked for since. Does
  // nothing to one who is verified.
  void verify(std::int64_t id, std::int64_t ticket, std::span<const unsigned char> nonce, Time now);

  // Takes no part in the draw.
  void disqualify(std::int64_t id, std::string_view reason);

  // What counts from now on of what was given with the sign-ups.
  void set_words(std::int64_t id, std::string_view data, std::string_view locale);

  // When the last mail was asked for: one to verify the first sign-up, or, once verified, one that
  // says so. In the future: it is held back until then.
  Time mailed_at(std::int64_t id) const;
  void set_mailed(std::int64_t id, Time at);
  // Of windows that began after `since` and, by a clock that may have been set back, before `now`.
  MailAllowance mails_since(std::string_view email_key, Time since, Time now);
  // Counts one more mail; another window than such a one starts anew.
  void count_mail(std::int64_t id, Time now, Time since);
  // Counts a mail in a window of its own, which begins at `at`: one that is held back until then.
  void count_separately(std::string_view email_key, Time at);

  // Erasure: removes the row, or, if `keep_ticket`, all that is personal in it. Mails of a window
  // that began after `since` are still counted by mails_since(), under a hash of the address.
  void erase(std::int64_t id, bool keep_ticket, Time since = Time::max());
  // For a campaign that is being deleted: removes up to `limit` rows of it, without counting, and
  // says whether more may be left.
  bool purge_some(std::int64_t campaign_id, int limit, Time since = Time::max());
  // Forgets up to `limit` such counts of windows that began until `before`; how many.
  int prune_erased(Time before, int limit);

 private:
  void forget_address(std::int64_t id, Time since);
  bool may_have_erased();

  DatabaseConnection& connection_;
  AddressIndex* addresses_;
  std::optional<bool> may_have_erased_;  // mails of erased addresses are counted; absent: not known
};

}  // namespace promotions
