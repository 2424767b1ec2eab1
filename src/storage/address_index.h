// Which subscribers have an address. Private to storage.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "promotions/base/short_hash.h"
#include "storage/database_connection.h"

namespace promotions {

// Addresses meet any index of them in random order, so an ordinary one costs each sign-up a page of
// its own, written to the log and once more to the database: a third of the processor time at 100
// 000 rows, and most of it at five million. Here a sign-up writes only to the ends of tables, and
// is indexed later:
//
//   subscribers by id   1 … addresses_indexed   | … | … last
//   found by            the table `addresses`   | moving_ | recent_
//
// The newest are kept in memory. When there are `max_recent`, they become those that are moving:
// sorted by their hash, a few with every commit, into the table, where many then share a page. When
// all are there, addresses_indexed rises. What memory held is read again when the database is
// opened.
//
// The table and memory may name subscribers who have another address (hashes have 32 bits), or are
// gone; whoever asks looks at their rows. That no address is twice in a campaign rests on asking
// before adding, in one transaction: there is one writer, and it holds the lock of the database.
//
// Used by the thread of the one connection that writes. Memory: 16 bytes an entry and as much again
// while they move, 5 MiB at most by default. Throws SQLite::Exception.
class AddressIndex {
 public:
  static constexpr std::size_t kMaxRecent = 131'072;

  // Reads what the last run left unindexed. If that is more than fits, as in a database from before
  // there was this index, it moves to the table at once (about a million a second).
  explicit AddressIndex(DatabaseConnection& connection, std::size_t max_recent = kMaxRecent);

  // Ids of all subscribers that have the address, in all campaigns, and maybe of others; ascending.
  std::vector<std::int64_t> candidates(std::string_view email_key);

  // 64 bits that stand for an address where it may not be kept.
  std::int64_t fingerprint(std::string_view email_key) const;

  // `id` is greater than all before.
  void add(std::string_view email_key, std::int64_t id);
  void remove(std::string_view email_key, std::int64_t id);

  // What is in memory follows the transaction: mark() before a write that may fail, undo_to() after
  // its savepoint was rolled back; before_commit() moves some; then one of the others.
  std::size_t mark() const { return recent_.size(); }
  void undo_to(std::size_t mark);
  void before_commit();
  void after_commit();
  void after_rollback();

 private:
  struct Entry {
    std::int32_t hash;
    std::uint32_t next;  // in recent_: 1 + the place of the next one in the same bucket; 0: none
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
  std::vector<std::uint32_t> buckets_;  // 1 + the place in recent_ of the newest in it; 0: none
  std::size_t committed_ = 0;           // of recent_

  std::vector<Entry> moving_;        // by hash and id
  std::int64_t moving_to_ = 0;       // the greatest id in it
  std::size_t moved_ = 0;            // of moving_, with this transaction
  std::size_t committed_moved_ = 0;  // of moving_, for good
};

}  // namespace promotions
