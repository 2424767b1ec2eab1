#include "http/limiter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace promotions {
namespace {

constexpr std::size_t kMaxBuckets = 50'000;  // some 5 MB

double per_millisecond(int per_minute) {
  return per_minute / 60'000.0;
}

}  // namespace

std::optional<Millis> Limiter::take(const std::string& key) {
  if (per_minute_ == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  Bucket& bucket = refilled(key, clock_.now());
  const auto wait = wait_for(bucket);
  if (!wait) bucket.used += 1;
  return wait;
}

std::optional<Millis> Limiter::check(const std::string& key) {
  if (per_minute_ == 0) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return wait_for(refilled(key, clock_.now()));
}

bool Limiter::is_untouched(const std::string& key) {
  if (per_minute_ == 0) return true;
  const std::lock_guard lock(mutex_);
  return refilled(key, clock_.now()).used <= 0;
}

Limiter::Bucket& Limiter::refilled(const std::string& key, Time now) {
  if (buckets_.size() >= kMaxBuckets && !buckets_.contains(key)) make_room(now);
  Bucket& bucket = buckets_.try_emplace(key, Bucket{0, now}).first->second;
  // A clock that was set back gives nothing and takes nothing.
  const auto elapsed = static_cast<double>(std::max((now - bucket.at).count(), std::int64_t{0}));
  bucket.used = std::max(0.0, bucket.used - elapsed * per_millisecond(per_minute_));
  bucket.at = now;
  return bucket;
}

std::optional<Millis> Limiter::wait_for(const Bucket& bucket) const {
  const double missing = bucket.used + 1 - per_minute_;
  // What floating point leaves of a full bucket is not a wait.
  if (missing <= 1e-6) return std::nullopt;
  return Millis{static_cast<std::int64_t>(std::ceil(missing / per_millisecond(per_minute_)))};
}

// Forgets those who have waited long enough; if nobody has, whoever comes first: a limit that is
// sometimes too mild is better than memory without end.
void Limiter::make_room(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) {
    return now - entry.second.at >= std::chrono::minutes(1);
  });
  if (buckets_.size() >= kMaxBuckets) buckets_.erase(buckets_.begin());
}

}  // namespace promotions
