#include "queue/lane.h"

#include <algorithm>

namespace promotions {

int Lane::room(Time now) {
  const std::lock_guard lock(mutex_);
  if (closed_) return 0;
  if (rest_ && rest_->is_over(now)) rest_.reset();
  if (pace_ && pace_->is_over(now)) pace_.reset();
  if (rest_ || pace_) return 0;
  const int in_hand = static_cast<int>(leases_.size());
  // After trouble one job tries the way before the others follow.
  if (troubles_ > 0) return in_hand == 0 ? 1 : 0;
  int room = kAhead * options_.workers - in_hand;
  if (options_.rate_per_second > 0) {
    // Bursts of a tenth of a second's worth: smooth enough, and one claim serves several jobs.
    room = std::min(room, std::max(1, options_.rate_per_second / 10));
  }
  return std::max(room, 0);
}

std::optional<Time> Lane::room_again_at() const {
  const std::lock_guard lock(mutex_);
  const auto until = [](const std::optional<Wait>& wait) {
    return wait ? std::optional(wait->until) : std::nullopt;
  };
  return std::max(until(rest_), until(pace_));  // an absent one is less than any time
}

bool Lane::put(const std::vector<Job>& jobs, Time now) {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || rest_) return false;
    if (options_.rate_per_second > 0) {
      const Millis spent{static_cast<std::int64_t>(jobs.size()) * 1000 / options_.rate_per_second};
      pace_ = Wait{now, now + spent};
    }
    for (const Job& job : jobs) {
      leases_.insert(job.lease);
      waiting_.push_back(job);
    }
  }
  ready_.notify_all();
  return true;
}

std::set<std::int64_t> Lane::leases() const {
  const std::lock_guard lock(mutex_);
  return {leases_.begin(), leases_.end()};
}

std::optional<Job> Lane::take() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return closed_ || may_begin(); });
  if (closed_) return std::nullopt;
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  ++running_;
  return job;
}

bool Lane::may_begin() const {
  const std::size_t unsettled = leases_.size() - waiting_.size() - running_;
  return !waiting_.empty() && unsettled < static_cast<std::size_t>(kUnsettled * options_.workers);
}

void Lane::ran() {
  const std::lock_guard lock(mutex_);
  --running_;
  if (running_ == 0) idle_.notify_all();
}

void Lane::settled(const Job& job) {
  bool was_held_up = false;
  {
    const std::lock_guard lock(mutex_);
    was_held_up = !waiting_.empty() && !may_begin();
    const auto lease = leases_.find(job.lease);
    if (lease != leases_.end()) leases_.erase(lease);  // else it was not taken in
  }
  if (was_held_up) ready_.notify_all();
}

void Lane::succeeded() {
  const std::lock_guard lock(mutex_);
  troubles_ = 0;
}

Time Lane::rest(Time now, Millis at_least, Random& random) {
  const RetryPolicy policy{limits_.lane_rest_min, limits_.lane_rest_max};
  const std::lock_guard lock(mutex_);
  // Jobs that were under way together report the same trouble: it counts once.
  if (!rest_ || rest_->is_over(now)) {
    ++troubles_;
    rest_ = Wait{now, now + policy.delay(troubles_, random)};
  }
  rest_->until = std::max(rest_->until, now + at_least);
  return rest_->until;
}

std::vector<Job> Lane::drain() {
  const std::lock_guard lock(mutex_);
  std::vector<Job> jobs(waiting_.begin(), waiting_.end());
  waiting_.clear();
  return jobs;
}

void Lane::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  ready_.notify_all();
}

bool Lane::wait_idle(Millis grace) {
  std::unique_lock lock(mutex_);
  return idle_.wait_for(lock, grace, [this] { return running_ == 0; });
}

}  // namespace promotions
