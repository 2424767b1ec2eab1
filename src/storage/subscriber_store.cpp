#include "promotions/storage/subscriber_store.h"

#include <algorithm>

#include "promotions/base/encoding.h"
#include "promotions/domain/email_address.h"
#include "storage/address_index.h"
#include "storage/database_connection.h"
#include "storage/stored_consents.h"

namespace promotions {
namespace {

#define SUBSCRIBER_COLUMNS                                                                    \
  "id, campaign_id, email, email_key, data, locale, created_at, verified_at, ticket, nonce, " \
  "disqualified, consents"

constexpr char kFindById[] = "SELECT " SUBSCRIBER_COLUMNS " FROM subscribers WHERE id = ?1";
constexpr char kStanding[] =
    "SELECT subscribers.campaign_id, email_key, subscribers.locale, verified_at IS NOT NULL,"
    " disqualified IS NOT NULL, finishing_at IS NULL AND slug IS NOT NULL"
    " FROM subscribers JOIN campaigns ON campaigns.id = subscribers.campaign_id"
    " WHERE subscribers.id = ?1 AND email_key IS NOT NULL";
constexpr char kFindIfAddress[] =
    "SELECT " SUBSCRIBER_COLUMNS
    " FROM subscribers WHERE id = ?1 AND campaign_id = ?2 AND email_key = ?3";
constexpr char kFindByTicket[] =
    "SELECT " SUBSCRIBER_COLUMNS
    " FROM subscribers WHERE campaign_id = ?1 AND ticket = ?2 AND ticket IS NOT NULL";
// A list shows only people. An entrant who was erased after the list was stopped is only a ticket.
constexpr char kList[] =
    "SELECT " SUBSCRIBER_COLUMNS
    " FROM subscribers WHERE campaign_id = ?1 AND id > ?2 AND email_key IS NOT NULL"
    " AND (?3 IS NULL OR (verified_at IS NOT NULL) = ?3)"
    " AND (?4 = '' OR instr(email_key, ?4) > 0 OR instr(lower(email), ?4) > 0"
    "  OR email_key = ?5"
    "  OR (instr(email_key, 'xn--') > 0 AND (instr(shown_address(email_key), ?4) > 0"
    "   OR instr(shown_address(lower(email)), ?4) > 0)))"
    " ORDER BY id LIMIT ?6";
constexpr char kInsert[] =
    "INSERT INTO subscribers (campaign_id, email, email_key, data, locale, created_at, mailed_at,"
    " mails_window_at, mails_in_window, consents) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8)";
constexpr char kCountAdded[] =
    "UPDATE campaign_counters SET pending = pending + 1 WHERE campaign_id = ?1";
constexpr char kCountErased[] =
    "UPDATE campaign_counters SET pending = pending - (verified_at IS NULL),"
    " verified = verified - (verified_at IS NOT NULL)"
    " FROM subscribers WHERE subscribers.id = ?1"
    " AND campaign_counters.campaign_id = subscribers.campaign_id";
constexpr char kVerify[] =
    "UPDATE subscribers SET verified_at = ?2, ticket = ?3, nonce = ?4, mailed_at = 0"
    " WHERE id = ?1 AND verified_at IS NULL";
constexpr char kDisqualify[] = "UPDATE subscribers SET disqualified = ?2 WHERE id = ?1";
constexpr char kMailedAt[] = "SELECT mailed_at FROM subscribers WHERE id = ?1";
// A window that begins in the future is that of a mail which is held back, and counts. But if the
// row was also made in the future, the clock was set back, and the window does not count.
constexpr char kMailsSince[] =
    "SELECT mails_in_window, mails_window_at FROM subscribers"
    " WHERE id = ?1 AND email_key = ?2 AND mails_window_at > ?3"
    " AND (mails_window_at <= ?4 OR created_at <= ?4)";
constexpr char kCountMail[] =
    "UPDATE subscribers SET"
    " mails_in_window = CASE WHEN mails_window_at > ?3 AND mails_window_at <= ?4 THEN "
    "mails_in_window + 1 ELSE 1 END,"
    " mails_window_at = CASE WHEN mails_window_at > ?3 AND mails_window_at <= ?4"
    " THEN mails_window_at ELSE ?2 END"
    " WHERE id = ?1";
constexpr char kSetMailed[] = "UPDATE subscribers SET mailed_at = ?2 WHERE id = ?1";
constexpr char kCountSeparately[] =
    "INSERT INTO erased_mails (hash, window_at, mails) VALUES (?1, ?2, 1)";
constexpr Change kSetWords{
    "UPDATE subscribers SET data = ?2, locale = ?3, consents = ?4 WHERE id = ?1", Effect::erases};
constexpr char kKeepMails[] =
    "INSERT INTO erased_mails (hash, window_at, mails)"
    " SELECT ?2, mails_window_at, mails_in_window FROM subscribers"
    " WHERE id = ?1 AND mails_window_at > ?3";
constexpr char kErasedMails[] =
    "SELECT ifnull(sum(mails), 0), min(window_at) FROM erased_mails"
    " WHERE hash = ?1 AND window_at > ?2";
constexpr char kAnyErased[] = "SELECT EXISTS (SELECT 1 FROM erased_mails)";
constexpr char kPruneErased[] =
    "DELETE FROM erased_mails WHERE id IN"
    " (SELECT id FROM erased_mails WHERE window_at <= ?1 ORDER BY window_at LIMIT ?2)";
constexpr char kAddressOf[] =
    "SELECT email_key FROM subscribers WHERE id = ?1 AND email_key IS NOT NULL";
constexpr char kSomeOfCampaign[] =
    "SELECT id FROM subscribers WHERE campaign_id = ?1 ORDER BY id LIMIT ?2";
constexpr Change kDelete{"DELETE FROM subscribers WHERE id = ?1", Effect::erases};
constexpr Change kAnonymise{
    "UPDATE subscribers SET email = NULL, email_key = NULL, data = '{}', locale = '', nonce = NULL,"
    " disqualified = NULL, consents = NULL"
    " WHERE id = ?1",
    Effect::erases};

Subscriber read_subscriber(const Query& row) {
  Subscriber subscriber;
  subscriber.id = row.integer(0);
  subscriber.campaign_id = row.integer(1);
  subscriber.email = row.text(2);
  subscriber.email_key = row.text(3);
  subscriber.data = row.text(4);
  subscriber.locale = row.text(5);
  subscriber.created_at = row.time(6);
  subscriber.verified_at = row.optional_time(7);
  if (!row.is_null(8)) subscriber.ticket = row.integer(8);
  if (!row.is_null(9)) subscriber.nonce = to_hex(row.blob(9));
  if (!row.is_null(10)) subscriber.disqualified = row.text(10);
  if (!row.is_null(11)) subscriber.consents = read_consents(row.text(11));
  return subscriber;
}

std::optional<Subscriber> one(Query&& query) {
  return query.step() ? std::optional(read_subscriber(query)) : std::nullopt;
}

}  // namespace

std::optional<Subscriber> SubscriberStore::find(std::int64_t id) const {
  return one(Query(connection_, kFindById, id));
}

std::optional<Standing> SubscriberStore::standing(std::int64_t id) const {
  Query query(connection_, kStanding, id);
  if (!query.step()) return std::nullopt;
  return Standing{.campaign_id = query.integer(0),
                  .email_key = query.text(1),
                  .locale = query.text(2),
                  .is_verified = query.integer(3) != 0,
                  .is_disqualified = query.integer(4) != 0,
                  .is_list_open = query.integer(5) != 0};
}

std::optional<Subscriber> SubscriberStore::find(std::int64_t campaign_id,
                                                std::string_view email_key) {
  for (const std::int64_t id : addresses_->candidates(email_key)) {
    auto found = one(Query(connection_, kFindIfAddress, id, campaign_id, email_key));
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<Subscriber> SubscriberStore::find_by_ticket(std::int64_t campaign_id,
                                                          std::int64_t ticket) const {
  return one(Query(connection_, kFindByTicket, campaign_id, ticket));
}

std::vector<Subscriber> SubscriberStore::list(std::int64_t campaign_id,
                                              const SubscriberFilter& filter) const {
  std::optional<int> verified;
  if (filter.state) verified = *filter.state == SubscriberState::verified ? 1 : 0;
  std::vector<Subscriber> subscribers;
  Query query(connection_, kList, campaign_id, filter.after, verified,
              address_search_text(filter.text), filter.email_key, filter.limit);
  while (query.step()) subscribers.push_back(read_subscriber(query));
  return subscribers;
}

std::optional<std::int64_t> SubscriberStore::insert(const Subscriber& subscriber, Time mail_at) {
  // No constraint of the schema keeps an address from being twice in a campaign, but this does:
  // there is one writer, and it looks before it adds.
  if (find(subscriber.campaign_id, subscriber.email_key)) return std::nullopt;
  Query(connection_, kInsert, subscriber.campaign_id, subscriber.email, subscriber.email_key,
        subscriber.data, subscriber.locale, subscriber.created_at, mail_at,
        stored_or_null(subscriber.consents))
      .run();
  const std::int64_t id = connection_.last_insert_id();
  addresses_->add(subscriber.email_key, id);
  Query(connection_, kCountAdded, subscriber.campaign_id).run();
  return id;
}

void SubscriberStore::verify(std::int64_t id, std::int64_t ticket,
                             std::span<const unsigned char> nonce, Time now) {
  Query(connection_, kVerify, id, now, ticket, nonce).run();
}

void SubscriberStore::disqualify(std::int64_t id, std::string_view reason) {
  Query(connection_, kDisqualify, id, reason).run();
}

Time SubscriberStore::mailed_at(std::int64_t id) const {
  Query query(connection_, kMailedAt, id);
  return query.step() ? query.time(0) : Time{};
}

MailAllowance SubscriberStore::mails_since(std::string_view email_key, Time since, Time now) {
  MailAllowance mails;
  // First the rows that have the address, in all campaigns.
  for (const std::int64_t id : addresses_->candidates(email_key)) {
    Query query(connection_, kMailsSince, id, email_key, since, now + kClockSlack);
    if (!query.step()) continue;
    mails.used += static_cast<int>(query.integer(0));
    mails.oldest = std::min(mails.oldest.value_or(query.time(1)), query.time(1));
  }
  // Then mails of rows that were erased, and those that are counted separately.
  if (!may_have_erased()) return mails;
  Query query(connection_, kErasedMails, addresses_->fingerprint(email_key), since);
  query.step();
  if (const auto oldest = query.optional_time(1)) {
    mails.used += static_cast<int>(query.integer(0));
    mails.oldest = std::min(mails.oldest.value_or(*oldest), *oldest);
  }
  return mails;
}

// There are hardly ever any, so this saves nearly all sign-ups a query.
bool SubscriberStore::may_have_erased() {
  if (!may_have_erased_) {
    Query query(connection_, kAnyErased);
    query.step();
    may_have_erased_ = query.integer(0) != 0;
  }
  return *may_have_erased_;
}

int SubscriberStore::prune_erased(Time before, int limit) {
  if (!may_have_erased()) return 0;
  Query(connection_, kPruneErased, before, limit).run();
  const int pruned = connection_.changes();
  if (pruned > 0) may_have_erased_.reset();
  return pruned;
}

void SubscriberStore::count_mail(std::int64_t id, Time now, Time since) {
  Query(connection_, kCountMail, id, now, since, now + kClockSlack).run();
}

void SubscriberStore::count_separately(std::string_view email_key, Time at) {
  Query(connection_, kCountSeparately, addresses_->fingerprint(email_key), at).run();
  may_have_erased_ = true;
}

void SubscriberStore::set_mailed(std::int64_t id, Time at) {
  Query(connection_, kSetMailed, id, at).run();
}

void SubscriberStore::set_words(std::int64_t id, std::string_view data, std::string_view locale,
                                const Consents& consents) {
  Query(connection_, kSetWords, id, data, locale, stored_or_null(consents)).run();
}

void SubscriberStore::erase(std::int64_t id, bool keep_ticket, Time since) {
  // Both read the row, so they come before the row goes. A kept ticket stays counted.
  if (!keep_ticket) Query(connection_, kCountErased, id).run();
  forget_address(id, since);
  Query(connection_, keep_ticket ? kAnonymise : kDelete, id).run();
}

bool SubscriberStore::purge_some(std::int64_t campaign_id, int limit, Time since) {
  std::vector<std::int64_t> ids;
  {
    Query query(connection_, kSomeOfCampaign, campaign_id, limit);
    while (query.step()) ids.push_back(query.integer(0));
  }
  for (const std::int64_t id : ids) {
    forget_address(id, since);
    Query(connection_, kDelete, id).run();
  }
  return ids.size() == static_cast<std::size_t>(limit);
}

void SubscriberStore::forget_address(std::int64_t id, Time since) {
  Query query(connection_, kAddressOf, id);
  if (!query.step()) return;
  const std::string email_key = query.text(0);
  addresses_->remove(email_key, id);
  Query(connection_, kKeepMails, id, addresses_->fingerprint(email_key), since).run();
  if (connection_.changes() > 0) may_have_erased_ = true;
}

}  // namespace promotions
