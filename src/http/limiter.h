// Token buckets by key, in bounded memory. Private to http.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "promotions/base/clock.h"

namespace promotions {

// Thread-safe. Each key may act `per_minute` times at once, and regains that much in a minute.
class Limiter {
 public:
  Limiter(const Clock& clock, int per_minute) : clock_(clock), per_minute_(per_minute) {}

  // Takes one; or, if none is left, how long until one is.
  std::optional<Millis> take(const std::string& key);
  // The same without taking.
  std::optional<Millis> check(const std::string& key);
  // Has this key taken anything lately?
  bool is_untouched(const std::string& key);

 private:
  struct Bucket {
    double used = 0;
    Time at;
  };

  Bucket& refilled(const std::string& key, Time now);
  std::optional<Millis> wait_for(const Bucket& bucket) const;
  void make_room(Time now);

  const Clock& clock_;
  const int per_minute_;  // 0: no limit
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;  // guarded by mutex_
};

}  // namespace promotions
