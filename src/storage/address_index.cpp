#include "storage/address_index.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "promotions/base/log.h"
#include "promotions/base/random.h"
#include "promotions/storage/settings_store.h"

namespace promotions {
namespace {

// Each sign-up that is committed takes two moving entries along, so all of these are in the table
// before memory has filled again.
constexpr std::size_t kMovedPerAdded = 2;
// How many are sorted together at a start. The more there are, the more of them share a page. Takes
// 16 MiB of memory.
constexpr std::size_t kIndexedAtOnce = 1'000'000;

constexpr char kCandidates[] = "SELECT subscriber_id FROM addresses WHERE hash = ?1";
// IGNORE: some entries may be in the table already, because they moved before a crash.
constexpr char kPut[] = "INSERT OR IGNORE INTO addresses (hash, subscriber_id) VALUES (?1, ?2)";
// The same, unless the subscriber has been erased.
constexpr char kPutIfThere[] =
    "INSERT OR IGNORE INTO addresses (hash, subscriber_id)"
    " SELECT ?1, id FROM subscribers WHERE id = ?2 AND email_key IS NOT NULL";
constexpr char kRemove[] = "DELETE FROM addresses WHERE hash = ?1 AND subscriber_id = ?2";
constexpr char kUnindexed[] =
    "SELECT id, email_key FROM subscribers WHERE id > ?1 AND email_key IS NOT NULL"
    " ORDER BY id LIMIT ?2";

bool by_hash(const auto& a, const auto& b) {
  return std::tie(a.hash, a.id) < std::tie(b.hash, b.id);
}

}  // namespace

AddressIndex::AddressIndex(DatabaseConnection& connection, std::size_t max_recent)
    : connection_(connection), max_recent_(std::max<std::size_t>(max_recent, 1)) {
  SettingsStore settings(connection_);
  if (const auto key = settings.address_key()) {
    key_ = *key;
  } else {
    SystemRandom().fill(key_);
    settings.set_address_key(key_);
  }
  buckets_.resize(max_recent_);
  load();
}

void AddressIndex::load() {
  std::int64_t after = SettingsStore(connection_).addresses_indexed();
  for (;;) {
    std::vector<Entry> entries = read_unindexed(after, std::max(kIndexedAtOnce, 2 * max_recent_));
    // A former run leaves less than two memories full: those that were moving, and the recent ones.
    if (entries.size() < 2 * max_recent_) {
      for (const Entry& entry : entries) {
        push(entry.hash, entry.id);
        if (recent_.size() == max_recent_) start_moving();
      }
      committed_ = recent_.size();
      return;
    }
    after = entries.back().id;
    index_now(std::move(entries));
    logs::info("storage: addresses indexed up to subscriber {}", after);
  }
}

std::vector<AddressIndex::Entry> AddressIndex::read_unindexed(std::int64_t after,
                                                              std::size_t limit) {
  std::vector<Entry> entries;
  Query query(connection_, kUnindexed, after, static_cast<std::int64_t>(limit));
  while (query.step()) entries.push_back({hash(query.text(1)), 0, query.integer(0)});
  return entries;
}

void AddressIndex::index_now(std::vector<Entry> entries) {
  const std::int64_t last = entries.back().id;
  std::sort(entries.begin(), entries.end(), by_hash<Entry, Entry>);
  SQLite::Transaction transaction(connection_.database(), SQLite::TransactionBehavior::IMMEDIATE);
  for (const Entry& entry : entries) {
    Query(connection_, kPut, std::int64_t{entry.hash}, entry.id).run();
  }
  SettingsStore(connection_).set_addresses_indexed(last);
  transaction.commit();
}

std::vector<std::int64_t> AddressIndex::candidates(std::string_view email_key) {
  const std::int32_t wanted = hash(email_key);
  std::vector<std::int64_t> ids;
  // An entry is in the table, in moving_ or in recent_.
  Query query(connection_, kCandidates, std::int64_t{wanted});
  while (query.step()) ids.push_back(query.integer(0));
  for (auto entry = std::lower_bound(moving_.begin(), moving_.end(), Entry{wanted, 0, 0},
                                     by_hash<Entry, Entry>);
       entry != moving_.end() && entry->hash == wanted; ++entry) {
    ids.push_back(entry->id);
  }
  for (std::uint32_t place = bucket(wanted); place != 0; place = recent_[place - 1].next) {
    if (recent_[place - 1].hash == wanted) ids.push_back(recent_[place - 1].id);
  }
  // Entries that have just moved are both in the table and in moving_.
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

void AddressIndex::add(std::string_view email_key, std::int64_t id) {
  push(hash(email_key), id);
}

// Memory goes on naming the subscriber, which does no harm: callers look at the row, and it is
// gone.
void AddressIndex::remove(std::string_view email_key, std::int64_t id) {
  Query(connection_, kRemove, std::int64_t{hash(email_key)}, id).run();
}

void AddressIndex::push(std::int32_t hash, std::int64_t id) {
  // The new entry becomes the head of its bucket's chain.
  std::uint32_t& newest = bucket(hash);
  recent_.push_back({hash, newest, id});
  newest = static_cast<std::uint32_t>(recent_.size());
}

void AddressIndex::undo_to(std::size_t mark) {
  // From the newest back, since each entry restores the head of the chain that it replaced.
  while (recent_.size() > mark) {
    bucket(recent_.back().hash) = recent_.back().next;
    recent_.pop_back();
  }
}

void AddressIndex::before_commit() {
  if (moving_.empty()) return;
  const std::size_t added = recent_.size() - committed_;
  const std::size_t end = std::min(moving_.size(), moved_ + kMovedPerAdded * added);
  for (; moved_ < end; ++moved_) {
    const Entry& entry = moving_[moved_];
    Query(connection_, kPutIfThere, std::int64_t{entry.hash}, entry.id).run();
  }
  // In the same transaction as the last of them, so that a crash cannot leave one out.
  if (moved_ == moving_.size()) SettingsStore(connection_).set_addresses_indexed(moving_to_);
}

void AddressIndex::after_commit() {
  committed_ = recent_.size();
  committed_moved_ = moved_;
  if (moved_ == moving_.size()) moving_.clear();
  if (moving_.empty() && recent_.size() >= max_recent_) start_moving();
}

void AddressIndex::after_rollback() {
  undo_to(committed_);
  moved_ = committed_moved_;
}

void AddressIndex::start_moving() {
  moving_to_ = recent_.back().id;
  std::swap(moving_, recent_);  // both keep their memory
  std::sort(moving_.begin(), moving_.end(), by_hash<Entry, Entry>);
  std::fill(buckets_.begin(), buckets_.end(), 0);
  committed_ = moved_ = committed_moved_ = 0;
}

std::int64_t AddressIndex::fingerprint(std::string_view email_key) const {
  return static_cast<std::int64_t>(short_hash(key_, email_key));
}

std::int32_t AddressIndex::hash(std::string_view email_key) const {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(short_hash(key_, email_key)));
}

}  // namespace promotions
