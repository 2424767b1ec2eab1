// The keeper thread: stores results and claims jobs, in rounds.
#include <algorithm>
#include <chrono>
#include <iterator>
#include <latch>

#include "promotions/base/log.h"
#include "queue/dispatcher_impl.h"
#include "queue/job_result.h"

namespace promotions {
namespace {

constexpr int kPromoteAtOnce = 500;  // scheduled jobs made ready in one write
constexpr int kPruneAtOnce = 500;    // finished jobs removed in one write
constexpr Millis kLongestSleep = std::chrono::seconds(60);
constexpr Millis kPruneEvery = std::chrono::seconds(60);
constexpr Millis kPrunePause = Millis(50);  // between such writes, so that others come first
// The pause between two rounds, so that under load one commit serves many jobs. If the process is
// killed, what was sent in this time goes out twice.
constexpr Millis kRoundPause = Millis(5);
constexpr Millis kStorageRest =
    std::chrono::seconds(1);                   // before a write that failed is tried again
constexpr Millis kTakeBackPause = Millis(50);  // until a job's end should be stored
constexpr std::size_t kResultBytes = 256;      // about the size of a job's row

}  // namespace

void Dispatcher::Impl::rounds() {
  bool was_woken = true;
  for (;;) {
    bool has_failed = false;
    Time until{};
    try {
      // Results come first: they make room in the lanes, and only a job whose end is stored can be
      // taken back.
      has_failed = !store_finished();
      take_back();
      store_lanes();
      until = round(was_woken);
    } catch (const std::exception& error) {
      if (!std::exchange(told_failure, true)) {
        logs::warn("queue: nothing claimed, tried again each second: {}", error.what());
      }
      has_failed = true;
      may_be_ready = true;  // the round may have failed before it claimed them
    }
    if (!rest(has_failed ? kStorageRest : kRoundPause)) return;
    if (has_failed) continue;
    told_failure = false;
    if (!sleep_until(until, was_woken)) return;
  }
}

// Waits for `duration`. Returns false at once when the dispatcher ends.
bool Dispatcher::Impl::rest(Millis duration) {
  MutexLock lock(mutex);
  return !over.wait_for(lock, duration, [this]() REQUIRES(mutex) { return ended; });
}

// Sleeps until then, or until there is something to do. Returns false at once when the dispatcher
// ends.
bool Dispatcher::Impl::sleep_until(Time until, bool& was_woken) {
  const Millis pause = std::clamp(until - clock.now(), Millis{0}, kLongestSleep);
  MutexLock lock(mutex);
  changed.wait_for(lock, pause,
                   [this]() REQUIRES(mutex) { return woken || ended || !finished.empty(); });
  was_woken = std::exchange(woken, false);
  return !ended;
}

// Claims what the lanes have room for. Returns when the next round is due if nothing happens
// before.
Time Dispatcher::Impl::round(bool was_woken) {
  const Time now = clock.now();
  look_at_clock(now);
  may_be_ready = may_be_ready || was_woken;
  // A commit may have added a scheduled job.
  if (was_woken)
    promote_at = storage.read([](const Stores& stores) { return stores.jobs.next_run_at(); });
  const std::vector<int> rooms = ask_for_room(now);
  const bool has_room = std::any_of(rooms.begin(), rooms.end(), [](int room) { return room > 0; });
  if ((may_be_ready && has_room) || is_maintenance_due(now)) claim(rooms, now);
  return next_wake();
}

// Delays are meant as durations. After the clock was set back, scheduled jobs would have to wait
// longer by as much, so they are moved back with it.
void Dispatcher::Impl::look_at_clock(Time now) {
  if (now + kClockSlack < looked_at) {
    set_back_by += looked_at - now;
    pruned_at = extended_at = Time{};  // both are due again
    logs::warn("queue: the clock was set back by {} s",
               std::chrono::floor<std::chrono::seconds>(looked_at - now).count());
  }
  looked_at = now;
}

// How many jobs may be claimed for each lane.
std::vector<int> Dispatcher::Impl::ask_for_room(Time now) {
  {
    const MutexLock lock(mutex);
    if (stopping) return std::vector<int>(lanes.size(), 0);
  }
  // The write that claims sees the beginning of a pause, but its end must be looked up.
  if (is_paused) {
    is_paused =
        storage.read([](const Stores& stores) { return stores.settings.is_queue_paused(); });
  }
  std::vector<int> rooms;
  for (Lane& lane : lanes) {
    if (lane.readmits(now)) may_be_ready = true;
    rooms.push_back(is_paused && lane.options().pausable ? 0 : lane.room(now));
  }
  return rooms;
}

// Does in one write what is due, and claims jobs for all lanes that have room.
void Dispatcher::Impl::claim(const std::vector<int>& rooms, Time now) {
  // The fencing token of all these claims: random and positive, since 0 means "not claimed".
  std::int64_t lease = 0;
  while (lease <= 0) random.fill({reinterpret_cast<unsigned char*>(&lease), sizeof lease});

  std::vector<std::vector<Job>> claimed;
  storage.write(
      [&](Stores& stores) {
        claimed.assign(lanes.size(), {});  // a write may be applied more than once
        // First, so that jobs which become ready now can be claimed.
        maintain(stores, now);
        is_paused = stores.settings.is_queue_paused();
        for (std::size_t i = 0; i < lanes.size(); ++i) {
          const LaneOptions& lane = lanes[i].options();
          if (rooms[i] == 0 || (is_paused && lane.pausable)) continue;
          claimed[i] = claim_for(lanes[i], rooms[i], lease, stores, now);
        }
        promote_at = stores.jobs.next_run_at();
      },
      WriteSource::queue);
  // Only now that the write is committed: otherwise all of it is still to be done.
  set_back_by = Millis{0};
  if (now - extended_at >= options.lease / 3) extended_at = now;
  if (now - pruned_at >= kPruneEvery) pruned_at = now;
  may_be_ready = false;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    // If the lane got as many as it had room for, there may be more of them.
    if (static_cast<int>(claimed[i].size()) == rooms[i]) may_be_ready = true;
    // The lane may have come to rest, or have been closed, since it was asked.
    if (!claimed[i].empty() && !lanes[i].put(claimed[i], now)) {
      put_back(lanes[i], std::move(claimed[i]));
    }
  }
}

// Claims jobs for one lane, leaving out those that are set aside. If there are no others and the
// trouble is certainly the lane's, a job that was refused tries the lane rather than none.
std::vector<Job> Dispatcher::Impl::claim_for(const Lane& lane, int room, std::int64_t lease,
                                             Stores& stores, Time now) const {
  const std::string& name = lane.options().name;
  const std::vector<std::int64_t> aside = lane.aside(now);
  std::vector<Job> jobs = stores.jobs.claim(name, room, lease, now + options.lease, aside);
  if (jobs.empty() && !aside.empty() && lane.tries_with_any()) {
    jobs = stores.jobs.claim(name, room, lease, now + options.lease);
  }
  return jobs;
}

bool Dispatcher::Impl::is_maintenance_due(Time now) const {
  return set_back_by > Millis{0} || (promote_at && *promote_at <= now) ||
         now - extended_at >= options.lease / 3 || now - pruned_at >= kPruneEvery || prune_more;
}

// Runs on the writer's thread, maybe more than once.
void Dispatcher::Impl::maintain(Stores& stores, Time now) {
  if (set_back_by > Millis{0}) stores.jobs.bring_forward(set_back_by);
  for (const Job& job : stores.jobs.due(now, kPromoteAtOnce)) {
    const auto& rank = options.priority_when_due;
    stores.jobs.promote(job.id, rank ? rank(stores, job, now) : job.priority);
  }
  if (now - extended_at >= options.lease / 3) {
    // Leases of jobs in hand are extended before expired ones are taken away, so that even after a
    // leap of the clock no job in hand is taken away.
    for (const Lane& lane : lanes) {
      for (const std::int64_t lease : lane.leases()) stores.jobs.extend(lease, now + options.lease);
    }
    rescue(stores, now, false);
  }
  if (now - pruned_at >= kPruneEvery || prune_more) {
    prune_more = stores.jobs.prune(now - options.keep_finished, kPruneAtOnce) == kPruneAtOnce;
    if (options.housekeeping && options.housekeeping(stores, now)) prune_more = true;
  }
}

int Dispatcher::Impl::rescue(Stores& stores, Time now, bool everything) const {
  const RescuedJobs rescued = stores.jobs.rescue(now, everything);
  if (options.hooks.ended) {
    for (const Job& job : rescued.buried) {
      options.hooks.ended(stores, job, JobEnding::worker_lost, now);
    }
  }
  return rescued.ready + static_cast<int>(rescued.buried.size());
}

Time Dispatcher::Impl::next_wake() {
  Time until = clock.now() + (prune_more ? kPrunePause : kLongestSleep);
  if (!to_take_back.empty()) until = std::min(until, clock.now() + kTakeBackPause);
  if (promote_at) until = std::min(until, *promote_at);
  for (const Lane& lane : lanes) {
    if (const auto again = lane.room_again_at()) until = std::min(until, *again);
    if (const auto again = lane.aside_until()) until = std::min(until, *again);
  }
  return until;
}

// Each result is a write of its own, so that one that cannot be stored does not keep back the
// others; they are submitted together, so they share a commit. If the disk is full for a while,
// results are kept and tried again, because without them the mails would go out once more. Returns
// false if some are still to be stored.
bool Dispatcher::Impl::store_finished() {
  std::vector<FinishedAttempt> batch;
  {
    const MutexLock lock(mutex);
    batch.swap(finished);
  }
  if (batch.empty()) return true;
  // The callbacks run on the writer's thread, or on this one if the inbox refuses a write. Each has
  // its own element, and the latch makes them visible here.
  std::vector<StoringFate> fates(batch.size(), StoringFate::failed);
  std::vector<std::string> errors(batch.size());
  std::latch stored(static_cast<std::ptrdiff_t>(batch.size()));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    storage.write_later(
        WriteSource::queue, kResultBytes,
        [this, &one = batch[i]](Stores& stores) {
          return store_result(stores, one.job, one.result, clock.now(), options, random);
        },
        [&fate = fates[i], &failure = errors[i], &stored](Completion<bool> kept) {
          try {
            fate = kept.take() ? StoringFate::kept : StoringFate::lease_lost;
          } catch (const std::exception& error) {
            failure = error.what();
          }
          stored.count_down();
        });
  }
  stored.wait();
  std::vector<FinishedAttempt> left;
  std::string reason;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (fates[i] == StoringFate::failed) {
      // Not settled, so the job stays in hand and its lease goes on being extended.
      left.push_back(std::move(batch[i]));
      reason = errors[i];
    } else {
      log(batch[i], fates[i]);
      batch[i].lane->settled(batch[i].job);
      const auto& others = batch[i].result.take_back;
      to_take_back.insert(to_take_back.end(), others.begin(), others.end());
    }
  }
  if (left.empty()) return true;
  if (!std::exchange(told_failure, true)) {
    logs::warn("queue: {}; results not stored yet, tried again each second: {}", reason,
               left.size());
  }
  const MutexLock lock(mutex);
  std::move(left.begin(), left.end(), std::back_inserter(finished));
  return false;
}

// Undoes the ends of jobs that failed for the lane's fault. If the end of one is not stored yet,
// its row still says that it runs; then a later round does it.
void Dispatcher::Impl::take_back() {
  if (to_take_back.empty()) return;
  const Time now = clock.now();
  to_take_back = storage.write(
      [&](Stores& stores) {
        std::vector<std::int64_t> unfinished;
        for (const std::int64_t id : to_take_back) {
          const auto job = stores.jobs.find(id);
          if (!job) continue;
          if (job->state == JobState::running) unfinished.push_back(id);
          if (!stores.jobs.take_back(id)) continue;
          if (options.hooks.revived) options.hooks.revived(stores, *job, now);
        }
        return unfinished;
      },
      WriteSource::queue);
}

void Dispatcher::Impl::store_lanes() {
  std::vector<std::pair<Lane*, LaneStatus>> news;
  for (Lane& lane : lanes) {
    if (const auto status = lane.unstored_status()) news.emplace_back(&lane, *status);
  }
  if (news.empty()) return;
  storage.write(
      [&](Stores& stores) {
        for (const auto& [lane, status] : news) stores.lanes.set(status);
      },
      WriteSource::queue);
  // Not the present status: one that has changed meanwhile is stored in the next round.
  for (const auto& [lane, status] : news) lane->stored(status);
}

// Called by stop(), after the keeper has ended. What cannot be stored now is lost with the process.
void Dispatcher::Impl::store_last() {
  {
    const MutexLock lock(mutex);
    if (!started) return;
  }
  try {
    take_back();
    store_lanes();
  } catch (const std::exception& error) {
    logs::warn("queue: the lanes' last state is not stored: {}", error.what());
  }
}

void Dispatcher::Impl::log(const FinishedAttempt& one, StoringFate fate) const {
  const Job& job = one.job;
  const std::string reason = reason_text(job, one.result);
  if (fate == StoringFate::lease_lost) {
    logs::warn("job={} kind={} attempt={}: result {} not stored: the lease was lost", job.id,
               job.kind, job.attempt, to_text(one.result.kind));
  } else if (one.has_run && one.result.kind != JobResult::Kind::release) {
    logs::routine("job={} kind={} attempt={} {}{}{}", job.id, job.kind, job.attempt,
                  to_text(one.result.kind), reason.empty() ? "" : ": ", reason);
  }
}

}  // namespace promotions
