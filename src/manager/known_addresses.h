// Addresses for which a repeated sign-up would change nothing, so that it need not ask the
// database. Private to manager.
#pragma once

#include <atomic>
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
// sign-up would change nothing: for ever, once it is verified; and while it is pending, until its
// verification mail may be sent again, for a sign-up in the same words. Words are what is given
// besides the address; here they are a hash of 32 bits, of the last sign-up only. Only that is
// known here. Of any other address the database must be asked, so entries may be lost at will, and
// are when memory is full; but none may outlive what it says. Hence:
//
//   remember() is called after the commit that made it true,
//   forget() after the commit that erased the address and before anybody is told of it,
//   both in the order of their commits (on the writer's thread),
//   and add() is given what forgotten() was before the address was read.
//
// Addresses are not kept, only a 64-bit hash of campaign and address (SipHash-2-4) under a key
// drawn at the start, so nobody can choose addresses that collide. With n entries, a question about
// an address that is not registered is answered "settled" with a chance of n / 2^64: with three
// million entries, once in 6 * 10^12 such questions.
//
// Memory: 16 bytes an entry in tables that double when three quarters full: 21 to 43 bytes an
// address, at most about three million addresses in the default 64 MiB. A campaign that was removed
// need not be forgotten: its id does not come back.
class KnownAddresses {
 public:
  static constexpr std::size_t kDefaultMaxBytes = std::size_t{64} << 20U;

  // 0 bytes: remembers nothing. While a table grows, its former self is there too: a 64th more.
  // `longest`: for which an address is remembered that is not so for ever. What seems to last
  // longer was remembered before the clock was set back, and does not count.
  explicit KnownAddresses(Random& random, std::size_t max_bytes = kDefaultMaxBytes,
                          Millis longest = std::chrono::hours(24 * 365 * 200));
  ~KnownAddresses();

  // Until when an address is settled, by whole seconds rounded down; absent: for ever.
  struct Settled {
    std::optional<Time> until{};
  };
  // nullopt: it is not, for a sign-up in these words.
  std::optional<Settled> find(std::int64_t campaign_id, std::string_view email_key,
                              std::uint32_t words, Time now) const;
  bool is_settled(std::int64_t campaign_id, std::string_view email_key, Time now) const {
    return find(campaign_id, email_key, 0, now).has_value();
  }

  // Settled until then, by whole seconds rounded down; nullopt: for ever, whatever the words.
  // Replaces what was known of the address, and, if memory is full, an entry that would have ended
  // sooner than its neighbours.
  void remember(std::int64_t campaign_id, std::string_view email_key, std::optional<Time> until,
                std::uint32_t words = 0);

  enum class AddOutcome {
    added,
    known,  // something newer, it may be: kept as it is
    stale,  // forget() has been called since
    full,   // it would have cost another entry
  };
  // For what was read some time ago, and may be older than what is known.
  AddOutcome add(std::int64_t campaign_id, std::string_view email_key, std::optional<Time> until,
                 std::uint64_t forgotten);

  void forget(std::int64_t campaign_id, std::string_view email_key);
  std::uint64_t forgotten() const { return forgotten_; }  // how often forget() was called

  std::size_t size() const;   // entries, those included whose time is over
  std::size_t bytes() const;  // of their tables

 private:
  struct Shard;
  std::uint64_t hash(std::int64_t campaign_id, std::string_view email_key) const;
  Shard& shard_of(std::uint64_t hash) const;

  // Constant after construction.
  ShortHashKey key_{};
  const std::size_t max_slots_;  // of one shard
  const Millis longest_;

  std::atomic<std::uint64_t> forgotten_{0};  // changed under the mutex of the shard concerned
  const std::unique_ptr<Shard[]> shards_;
};

}  // namespace promotions
