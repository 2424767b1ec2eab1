// Addresses for which a repeated sign-up would change nothing. Such a sign-up is answered without
// the database. Private to manager.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "promotions/base/clock.h"
#include "promotions/base/random.h"
#include "promotions/base/short_hash.h"

namespace promotions {

// Thread-safe. An address is "settled" in a campaign while it is registered there and a repeated
// sign-up would change nothing. A verified address is settled for ever. A pending one is settled
// until its verification mail may be sent again, and only for a sign-up in the same words. "Words"
// are what is given besides the address; they are kept as a hash of 32 bits, and only those of the
// last sign-up.
//
// The database is asked about every address that is not settled here. So entries may be lost at any
// time, and are when memory is full; but no entry may stay when it is no longer true. Therefore:
//
//   remember() is called after the commit that made the entry true,
//   and forget() is called after the commit that erased the address, before the caller learns of
//   it.
//
// Addresses are not stored, only a 64-bit hash of campaign and address (SipHash-2-4). Its key is
// random and made at the start, so nobody can choose addresses that collide. With n entries, an
// address that is not registered is taken for a settled one with a probability of n / 2^64: with
// three million entries, once in 6 * 10^12 sign-ups.
//
// Memory: an entry has 16 bytes, in tables that double when three quarters full. That is 21 to 43
// bytes an address, and about three million addresses in the default 64 MiB. Entries of a removed
// campaign can stay, because its id is not used again.
//
// What it buys: a repeated sign-up takes 27 us of processor time instead of 40
// (docs/performance.md), and no place among the writes, so that a script that tries addresses holds
// nobody up.
class KnownAddresses {
 public:
  static constexpr std::size_t kDefaultMaxBytes = std::size_t{64} << 20U;

  // With 0 bytes it remembers nothing. While one of the 64 tables grows, its old memory is still
  // there: 1/64 more. `longest` is the longest time for which a pending address is settled. An
  // entry that seems to last longer was made before the clock was set back, and is ignored.
  explicit KnownAddresses(Random& random, std::size_t max_bytes = kDefaultMaxBytes,
                          Millis longest = std::chrono::hours(24 * 365 * 200));
  ~KnownAddresses();

  // Until when an address is settled, rounded down to whole seconds; absent: for ever.
  struct Settled {
    std::optional<Time> until{};
  };
  // nullopt if the address is not settled for a sign-up in these words.
  std::optional<Settled> find(std::int64_t campaign_id, std::string_view email_key,
                              std::uint32_t words, Time now) const;
  bool is_settled(std::int64_t campaign_id, std::string_view email_key, Time now) const {
    return find(campaign_id, email_key, 0, now).has_value();
  }

  // Makes the address settled until then, rounded down to whole seconds; nullopt: for ever and for
  // any words. Replaces the entry of the address. If memory is full, it replaces another entry: the
  // one among some neighbours that ends first.
  void remember(std::int64_t campaign_id, std::string_view email_key, std::optional<Time> until,
                std::uint32_t words = 0);

  void forget(std::int64_t campaign_id, std::string_view email_key);

  std::size_t size() const;   // entries, including those whose time is over
  std::size_t bytes() const;  // memory of the tables

 private:
  struct Shard;
  std::uint64_t hash(std::int64_t campaign_id, std::string_view email_key) const;
  Shard& shard_of(std::uint64_t hash) const;

  // Constant after construction.
  ShortHashKey key_{};
  const std::size_t max_slots_;  // per shard
  const Millis longest_;

  const std::unique_ptr<Shard[]> shards_;
};

}  // namespace promotions
