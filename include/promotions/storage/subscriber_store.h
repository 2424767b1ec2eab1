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
  // A part of the address, in any case: as it was typed, is shown, or counts. Empty: all.
  std::string text{};
  std::string email_key{};  // also finds the subscriber with this key
  std::int64_t after = 0;   // only ids above it
  int limit = 100;
};

// How many verification mails were requested for one address (by its key), over all campaigns.
struct MailAllowance {
  int used = 0;                // within the window
  std::optional<Time> oldest;  // when the oldest window in use began
};

// What a verification needs to know of a subscriber, in one query.
struct Standing {
  std::int64_t campaign_id = 0;
  std::string email_key;
  std::string locale;  // as Subscriber::locale
  bool is_verified = false;
  bool is_disqualified = false;
  bool is_list_open = false;  // as CampaignStore::open_list()
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. Neither are
// those that look for an address, since only the connection that writes has an address index. For
// errors see Stores (storage.h).
class SubscriberStore {
 public:
  // `addresses` is borrowed, and belongs to the connection that writes; null for a reader.
  SubscriberStore(DatabaseConnection& connection, AddressIndex* addresses)
      : connection_(connection), addresses_(addresses) {}

  std::optional<Subscriber> find(std::int64_t id) const;
  std::optional<Subscriber> find(std::int64_t campaign_id, std::string_view email_key);
  std::optional<Standing> standing(std::int64_t id) const;  // nullopt for erased ones, too
  std::vector<Subscriber> list(std::int64_t campaign_id, const SubscriberFilter& filter) const;

  std::optional<Subscriber> find_by_ticket(std::int64_t campaign_id, std::int64_t ticket) const;

  // Adds a pending subscriber and returns the id; nullopt if the address is registered in the
  // campaign already. Uses the fields campaign_id, email, email_key, data, locale, consents and
  // created_at. Also counts the verification mail, which goes out at `mail_at`.
  std::optional<std::int64_t> insert(const Subscriber& subscriber, Time mail_at);
  std::optional<std::int64_t> insert(const Subscriber& subscriber) {
    return insert(subscriber, subscriber.created_at);
  }

  // Marks a subscriber as verified. `ticket` comes from CampaignStore::take_ticket(), which also
  // counts the subscriber. mailed_at() begins anew, since no mail was requested after the
  // verification. Does nothing if the subscriber is verified already.
  void verify(std::int64_t id, std::int64_t ticket, std::span<const unsigned char> nonce, Time now);

  // From now on the subscriber takes no part in the draw, by decision of the organiser.
  void disqualify(std::int64_t id, std::string_view reason);

  // Sets which of the data, languages and consents that were given with the sign-ups count from now
  // on.
  void set_words(std::int64_t id, std::string_view data, std::string_view locale,
                 const Consents& consents);

  // When the last mail was requested: the one that verifies the first sign-up, or, after the
  // verification, the one that says that the address is verified. A time in the future means that
  // the mail is held back until then.
  Time mailed_at(std::int64_t id) const;
  void set_mailed(std::int64_t id, Time at);
  // Mails in windows that began after `since`. A window after `now` counts if its mail is held
  // back, but not if the clock was set back since the row was made.
  MailAllowance mails_since(std::string_view email_key, Time since, Time now);
  // Counts one more mail in the row's window, or in a new one if that began before `since` (or,
  // with a clock that was set back, after `now`).
  void count_mail(std::int64_t id, Time now, Time since);
  // Counts a mail that is held back until `at`, in a window of its own, which begins then.
  void count_separately(std::string_view email_key, Time at);

  // Erases a subscriber: removes the row, or, if `keep_ticket`, all that is personal in it. If the
  // window of its mails began after `since`, mails_since() goes on counting them, under a keyed
  // hash of the address.
  void erase(std::int64_t id, bool keep_ticket, Time since = Time::max());
  // For a campaign that is being deleted: removes up to `limit` of its rows, without keeping the
  // counters right, and returns true if more may be left.
  bool purge_some(std::int64_t campaign_id, int limit, Time since = Time::max());
  // Removes up to `limit` counts of erased mails whose window began at `before` or earlier, and
  // returns how many it removed.
  int prune_erased(Time before, int limit);

 private:
  void forget_address(std::int64_t id, Time since);
  bool may_have_erased();

  DatabaseConnection& connection_;
  AddressIndex* addresses_;
  std::optional<bool> may_have_erased_;  // are there counts of erased mails? absent: not known
};

}  // namespace promotions
