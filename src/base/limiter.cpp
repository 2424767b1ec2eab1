#include "promotions/base/limiter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace promotions {
namespace {

double per_millisecond(int per_minute) {
  return per_minute / 60'000.0;
}

}  // namespace

Limiter::Limiter(const Clock& clock, Random& random, int per_minute, std::size_t max_keys)
    : clock_(clock), per_minute_(per_minute), buckets_(max_keys) {
  random.fill(hash_key_);
}

std::optional<Millis> Limiter::take(std::string_view key) {
  if (per_minute_ == 0) return std::nullopt;
  const std::uint64_t hash = short_hash(hash_key_, key);
  const MutexLock lock(mutex_);
  const Time now = clock_.now();
  Bucket& bucket = buckets_.find_or_add(hash, Bucket{0, now, now});
  refill(bucket);
  const auto wait = wait_for(bucket);
  if (wait) return wait;
  bucket.used += 1;
  bucket.taken_at = bucket.at;
  return std::nullopt;
}

std::optional<Millis> Limiter::check(std::string_view key) {
  if (per_minute_ == 0) return std::nullopt;
  const std::uint64_t hash = short_hash(hash_key_, key);
  const MutexLock lock(mutex_);
  Bucket* const bucket = buckets_.find(hash);
  if (bucket == nullptr) return std::nullopt;
  refill(*bucket);
  return wait_for(*bucket);
}

bool Limiter::is_untouched(std::string_view key) {
  if (per_minute_ == 0) return true;
  const std::uint64_t hash = short_hash(hash_key_, key);
  const MutexLock lock(mutex_);
  const Bucket* const bucket = buckets_.find(hash);
  return bucket == nullptr || clock_.now() - bucket->taken_at >= std::chrono::minutes(1);
}

std::size_t Limiter::size() const {
  const MutexLock lock(mutex_);
  return buckets_.size();
}

void Limiter::refill(Bucket& bucket) const {
  const Time now = clock_.now();
  // If the clock was set back, the bucket neither gains nor loses tokens.
  const auto elapsed = static_cast<double>(std::max((now - bucket.at).count(), std::int64_t{0}));
  bucket.used = std::max(0.0, bucket.used - elapsed * per_millisecond(per_minute_));
  bucket.at = now;
}

std::optional<Millis> Limiter::wait_for(const Bucket& bucket) const {
  const double missing = bucket.used + 1 - per_minute_;
  // A rounding error of floating point must not become a wait.
  if (missing <= 1e-6) return std::nullopt;
  return Millis{static_cast<std::int64_t>(std::ceil(missing / per_millisecond(per_minute_)))};
}

}  // namespace promotions
