// Finds the subscribers that have an address. Private to storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "promotions/base/short_hash.h"
#include "storage/database_connection.h"

namespace promotions {

// Addresses come in random order, so with an ordinary index each sign-up writes a page of its own,
// to the log and once more to the database. Here a sign-up writes only to the ends of tables, and
// its address is indexed later. What that buys: 42 instead of 47 us of processor time a sign-up at
// 100 000 rows, and more than twice the sign-ups a second at five million (docs/performance.md).
//
//   subscribers by id   1 … addresses_indexed   | … | … last
//   found by            the table `addresses`   | moving_ | recent_
//
// The newest addresses are kept in memory, in recent_. When there are `max_recent` of them, they
// become moving_: they are sorted by their hash and then move into the table, a few with every
// commit, so that many share a page there. When all of them are in the table, addresses_indexed
// rises. What was only in memory is read again when the database is opened.
//
// The table and memory may name subscribers who have another address (hashes have 32 bits) or who
// are gone, so the caller must look at their rows. No address is twice in a campaign because the
// writer asks before it adds, in one transaction, and because there is only one writer, whose
// process holds the lock of the database.
//
// Used by the thread of the one connection that writes. Memory: 16 bytes an entry and as much again
// while they move, 5 MiB at most by default. Throws SQLite::Exception.
class AddressIndex {
 public:
  static constexpr std::size_t kMaxRecent = 131'072;

  // Reads what the last run left unindexed. If that does not fit into memory, as in a database that
  // is older than this index, it goes into the table at once (about a million a second).
  explicit AddressIndex(DatabaseConnection& connection, std::size_t max_recent = kMaxRecent);

  // Ids of all subscribers that have the address, in all campaigns, and maybe of some that have
  // another one; ascending.
  std::vector<std::int64_t> candidates(std::string_view email_key);

  // A keyed hash of 64 bits that stands for an address where the address may not be kept.
  std::int64_t fingerprint(std::string_view email_key) const;

  // `id` must be greater than all before.
  void add(std::string_view email_key, std::int64_t id);
  void remove(std::string_view email_key, std::int64_t id);

  // These make memory follow the transaction. Call mark() before a write that may fail, and
  // undo_to() after its savepoint was rolled back; then before_commit(), which moves some entries;
  // then after_commit() or after_rollback().
  std::size_t mark() const { return recent_.size(); }
  void undo_to(std::size_t mark);
  void before_commit();
  void after_commit();
  void after_rollback();

 private:
  struct Entry {
    std::int32_t hash;
    std::uint32_t next;  // in recent_: 1 + the place of the next entry in its bucket; 0: none
    std::int64_t id;
  };

  void load();
  std::vector<Entry> read_unindexed(std::int64_t after, std::size_t limit);
  void index_now(std::vector<Entry> entries);
  void push(std::int32_t hash, std::int64_t id);
  std::uint32_t& bucket(std::int32_t hash) {
    return buckets_[static_cast<std::uint32_t>(hash) % buckets_.size()];
  }
  std::int32_t hash(std::string_view email_key) const;
  void start_moving();

  DatabaseConnection& connection_;
  const std::size_t max_recent_;
  ShortHashKey key_{};

  std::vector<Entry> recent_;           // by id
  std::vector<std::uint32_t> buckets_;  // 1 + the place in recent_ of its newest entry; 0: none
  std::size_t committed_ = 0;           // so many of recent_ are committed

  std::vector<Entry> moving_;        // by hash and id
  std::int64_t moving_to_ = 0;       // the greatest id in it
  std::size_t moved_ = 0;            // so many of moving_ are in the table, with this transaction
  std::size_t committed_moved_ = 0;  // so many are there for good
};

}  // namespace promotions
