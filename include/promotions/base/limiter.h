// Rate limits: one token bucket per key, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "promotions/base/clock.h"
#include "promotions/base/lru_map.h"
#include "promotions/base/mutex.h"
#include "promotions/base/random.h"
#include "promotions/base/short_hash.h"

namespace promotions {

// Thread-safe. A key may act `per_minute` times in a burst, and regains as many each minute, evenly
// spread. 0 means no limit. The clock must outlive the limiter.
//
// A key is kept as a hash of 64 bits under a secret random key, so keys may be long and chosen by
// strangers. With more than `max_keys` of them (some 100 bytes each) the least recently used one is
// forgotten: a limit that is sometimes too mild is better than memory that grows without end.
class Limiter {
 public:
  static constexpr std::size_t kMaxKeys = 50'000;

  Limiter(const Clock& clock, Random& random, int per_minute, std::size_t max_keys = kMaxKeys);

  // Takes one token and returns nullopt; or, if none is left, returns how long until there is one.
  std::optional<Millis> take(std::string_view key);
  // Returns the same but takes nothing.
  std::optional<Millis> check(std::string_view key);
  // True if this key has taken nothing in the last minute.
  bool is_untouched(std::string_view key);

  std::size_t size() const;  // keys in memory

 private:
  struct Bucket {
    double used = 0;  // tokens taken and not yet regained
    Time at;          // when `used` was last brought up to date
    Time taken_at;
  };

  void refill(Bucket& bucket) const;
  std::optional<Millis> wait_for(const Bucket& bucket) const;

  const Clock& clock_;
  const int per_minute_;  // 0: no limit
  ShortHashKey hash_key_{};
  mutable Mutex mutex_;
  LruMap<std::uint64_t, Bucket> buckets_ GUARDED_BY(mutex_);
};

}  // namespace promotions
