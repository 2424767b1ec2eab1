#include "queue/lane.h"

#include <algorithm>
#include <utility>

namespace promotions {

int Lane::room(Time now) {
  const MutexLock lock(mutex_);
  if (closed_) return 0;
  if (rest_ && rest_->is_over(now)) rest_.reset();
  if (pace_ && pace_->is_over(now)) pace_.reset();
  widen(now);
  if (rest_ || pace_) return 0;
  const int in_hand = static_cast<int>(leases_.size());
  // After trouble one job tries alone before the others follow.
  if (troubles_ > 0) return in_hand == 0 ? 1 : 0;
  int room = kAhead * sessions_ - in_hand;
  if (options_.rate_per_second > 0) {
    // Claims at most what the rate allows in a tenth of a second: smooth enough, and one claim
    // serves several jobs.
    room = std::min(room, std::max(1, options_.rate_per_second / 10));
  }
  return std::max(room, 0);
}

std::optional<Time> Lane::room_again_at() const {
  const MutexLock lock(mutex_);
  const auto until = [](const std::optional<Wait>& wait) {
    return wait ? std::optional(wait->until) : std::nullopt;
  };
  return std::max(until(rest_), until(pace_));  // an absent one is less than any time
}

bool Lane::put(const std::vector<Job>& jobs, Time now) {
  {
    const MutexLock lock(mutex_);
    if (closed_ || rest_) return false;
    // These jobs use up the rate for so long; the next claim waits until then.
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
  const MutexLock lock(mutex_);
  return {leases_.begin(), leases_.end()};
}

std::optional<Job> Lane::take() {
  MutexLock lock(mutex_);
  ready_.wait(lock, [this]() REQUIRES(mutex_) { return closed_ || may_begin(); });
  if (closed_) return std::nullopt;
  Job job = std::move(waiting_.front());
  waiting_.pop_front();
  running_.emplace(job.id, episode_);
  return job;
}

bool Lane::may_begin() const {
  // Jobs in hand whose result is not stored yet.
  const std::size_t unsettled = leases_.size() - waiting_.size() - running_.size();
  return !rest_ && !waiting_.empty() && running_.size() < static_cast<std::size_t>(sessions_) &&
         unsettled < std::size_t{kUnsettled} * static_cast<std::size_t>(options_.workers);
}

// The worker that ran the job asks for the next one itself, so no other worker must be woken for
// the session that is free now.
void Lane::ran(std::int64_t id) {
  const MutexLock lock(mutex_);
  running_.erase(id);
  if (running_.empty()) idle_.notify_all();
}

void Lane::settled(const Job& job) {
  bool was_held_up = false;
  {
    const MutexLock lock(mutex_);
    // Too many results may have been unstored; then workers sleep although jobs wait.
    was_held_up = !waiting_.empty() && !may_begin();
    const auto lease = leases_.find(job.lease);
    if (lease != leases_.end()) leases_.erase(lease);  // otherwise put() has not taken the job in
  }
  if (was_held_up) ready_.notify_all();
}

// ---- health

// In doubt another job must show whose fault it is. If there is none, the refused job waits for its
// own time.
bool Lane::tries_with_any() const {
  const MutexLock lock(mutex_);
  return troubles_ > 0 && !is_in_doubt_;
}

void Lane::went_well(const Job& job, Time now, bool accepted) {
  const MutexLock lock(mutex_);
  aside_.erase(job.id);
  // A job that began before the last rest says nothing about how the lane is now.
  const auto begun = running_.find(job.id);
  if (begun == running_.end() || begun->second != episode_) return;
  if (accepted) accept(now);
  if (troubles_ == 0 || (state_ == LaneState::stopped && !accepted)) return;
  work_again();
}

void Lane::work_again() {
  rest_.reset();
  troubles_ = 0;
  is_in_doubt_ = false;
  state_ = LaneState::working;
  reason_.clear();
  since_.reset();
}

// A job that was refused only once may have been refused for trouble that is over now, so it need
// not wait any longer.
void Lane::accept(Time now) {
  has_delivered_ = true;
  accepted_at_ = now;
  ++acceptances_;
  doubted_.clear();
  for (auto& [id, one] : aside_) {
    if (one.times > 1 || !one.wait) continue;
    one.wait.reset();
    has_readmitted_ = true;
  }
}

Time Lane::rest(Time now, LaneState state, const std::string& reason, Random& random) {
  const RetryPolicy policy{limits_.lane_rest_min, limits_.lane_rest_max};
  const MutexLock lock(mutex_);
  // Jobs that were running at the same time report the same trouble, which counts once.
  const bool is_new = !rest_ || rest_->is_over(now);
  if (is_new) {
    ++troubles_;
    ++episode_;
    rest_ = Wait{now, now + policy.delay(troubles_, random)};
    if (!since_) since_ = now;
    // What was known of the number of sessions is out of date after a rest.
    sessions_ = options_.workers;
    widen_.reset();
  }
  // During a rest a stop replaces other trouble, but not the other way round.
  if (is_new || state == LaneState::stopped) {
    is_in_doubt_ = false;
    state_ = state;
    reason_ = reason;
  }
  // If mails were accepted just before, this one may have been the reason. The next one shows it,
  // so there is no long rest before that.
  if (state == LaneState::stopped && !has_delivered_) {
    rest_->until = std::max(rest_->until, now + kStop);
  }
  has_delivered_ = false;
  return rest_->until;
}

std::optional<Time> Lane::doubt(std::int64_t job, Time now, const std::string& reason,
                                Random& random) {
  const RetryPolicy policy{limits_.lane_rest_min, limits_.lane_rest_max};
  const MutexLock lock(mutex_);
  doubted_.insert(job);
  if (doubted_.size() >= kMostDoubted) return std::nullopt;
  // Another job of the same moment may have made the lane rest already.
  const bool rests = rest_ && !rest_->is_over(now);
  if (!rests) {
    troubles_ = std::max(troubles_, 1);
    ++episode_;
    is_in_doubt_ = true;
    // The rest depends on how many jobs are in doubt, not on troubles_: one job that keeps coming
    // back must not make the others wait longer each time.
    const Time until =
        has_delivered_ ? now : now + policy.delay(static_cast<int>(doubted_.size()), random);
    rest_ = Wait{now, until};
  }
  if (!since_) since_ = now;
  state_ = LaneState::stopped;
  reason_ = reason;
  has_delivered_ = false;
  return rest_->until;
}

std::optional<int> Lane::narrow(Time now) {
  const MutexLock lock(mutex_);
  // The job that was turned away is still in running_.
  const bool others_work = running_.size() > 1 || has_delivered_;
  if (sessions_ == 1 || rest_ || !others_work) return std::nullopt;
  --sessions_;
  widen_ = Wait{now, now + kWidenEvery};
  return sessions_;
}

void Lane::widen(Time now) {
  if (!widen_ || !widen_->is_over(now)) return;
  ++sessions_;
  widen_ =
      sessions_ < options_.workers ? std::optional(Wait{now, now + kWidenEvery}) : std::nullopt;
  ready_.notify_all();
}

void Lane::set_aside(std::int64_t job, Time now, Random& random) {
  const MutexLock lock(mutex_);
  Aside& one = aside_[job];
  // It counts as refused again only if others were accepted since, or it is new (-1).
  if (one.acceptances != acceptances_) ++one.times;
  one.acceptances = acceptances_;
  const Time from = rest_ ? std::max(rest_->until, now) : now;
  // In doubt the lane itself does not rest for kStop, so at least this job waits that long.
  const Millis least = is_in_doubt_ ? kStop : Millis{0};
  one.wait = Wait{now, from + std::max(limits_.retry.delay(one.times, random), least)};
  if (aside_.size() <= kMostAside) return;
  const auto until = [](const Aside& aside) { return aside.wait ? aside.wait->until : Time{}; };
  aside_.erase(std::min_element(aside_.begin(), aside_.end(), [&](const auto& a, const auto& b) {
    return until(a.second) < until(b.second);
  }));
}

bool Lane::blames_job(std::int64_t job, Time now, Proof proof) {
  const MutexLock lock(mutex_);
  const auto found = aside_.find(job);
  const bool is_known = found != aside_.end();
  // It was refused before, and others were accepted since then.
  bool is_own = is_known && found->second.acceptances != acceptances_;
  if (proof == Proof::accepted_lately) {
    doubted_.insert(job);
    if (doubted_.size() >= kMostDoubted) return false;
    is_own = is_own || (is_known && found->second.is_own) ||
             (accepted_at_ && now - *accepted_at_ < kLately);
  }
  if (!is_own) return false;
  Aside& one = aside_[job];
  one.acceptances = acceptances_;
  one.is_own = true;
  one.wait.reset();                // the attempt counts now, and has a delay of its own
  if (is_in_doubt_) work_again();  // the doubt is resolved
  return true;
}

void Lane::forget(std::int64_t job) {
  const MutexLock lock(mutex_);
  aside_.erase(job);
}

std::vector<std::int64_t> Lane::aside(Time now) const {
  const MutexLock lock(mutex_);
  std::vector<std::int64_t> ids;
  for (const auto& [id, one] : aside_) {
    if (one.wait && !one.wait->is_over(now)) ids.push_back(id);
  }
  return ids;
}

std::optional<Time> Lane::aside_until() const {
  const MutexLock lock(mutex_);
  return first_aside();
}

std::optional<Time> Lane::first_aside() const {
  std::optional<Time> first;
  for (const auto& [id, one] : aside_) {
    if (one.wait && (!first || one.wait->until < *first)) first = one.wait->until;
  }
  return first;
}

bool Lane::readmits(Time now) {
  const MutexLock lock(mutex_);
  bool any = std::exchange(has_readmitted_, false);
  for (auto& [id, one] : aside_) {
    if (!one.wait || !one.wait->is_over(now)) continue;
    one.wait.reset();
    any = true;
  }
  return any;
}

// troubles_ stays as it is, so that one job tries alone before the others follow.
void Lane::end_rest() {
  const MutexLock lock(mutex_);
  rest_.reset();
  aside_.clear();
  doubted_.clear();
  is_in_doubt_ = false;
  state_ = LaneState::working;
  reason_.clear();
  since_.reset();
}

LaneStatus Lane::current_status() const {
  std::optional<Time> until;
  // When the rest is over, the next job is tried at once. If there is none, the refused job is
  // tried when its time comes.
  if (state_ != LaneState::working) until = rest_ ? rest_->until : first_aside();
  return {options_.name, state_, reason_, since_, until, sessions_};
}

LaneStatus Lane::status() const {
  const MutexLock lock(mutex_);
  return current_status();
}

std::optional<LaneStatus> Lane::unstored_status() const {
  const MutexLock lock(mutex_);
  const LaneStatus now = current_status();
  return stored_ == now ? std::nullopt : std::optional(now);
}

void Lane::stored(const LaneStatus& status) {
  const MutexLock lock(mutex_);
  stored_ = status;
}

std::vector<Job> Lane::drain() {
  const MutexLock lock(mutex_);
  std::vector<Job> jobs(waiting_.begin(), waiting_.end());
  waiting_.clear();
  return jobs;
}

void Lane::close() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
  }
  ready_.notify_all();
}

bool Lane::wait_idle(Millis grace) {
  MutexLock lock(mutex_);
  return idle_.wait_for(lock, grace, [this]() REQUIRES(mutex_) { return running_.empty(); });
}

}  // namespace promotions
