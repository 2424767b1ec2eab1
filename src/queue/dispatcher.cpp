#include "promotions/queue/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <latch>
#include <mutex>
#include <thread>

#include "promotions/base/log.h"
#include "promotions/base/thread_priority.h"
#include "queue/job_result.h"
#include "queue/lane.h"

namespace promotions {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kPromoteAtOnce = 500;  // scheduled jobs made ready in one write
constexpr int kPruneAtOnce = 500;    // finished jobs removed in one write
constexpr Millis kLongestSleep = std::chrono::seconds(60);
constexpr Millis kPruneEvery = std::chrono::seconds(60);
constexpr Millis kPrunePause = Millis(50);  // between such writes: others come first
// Between two rounds, so that under load one commit serves many jobs. At most what is sent in this
// time goes out twice if the process is killed.
constexpr Millis kRoundPause = Millis(5);
constexpr Millis kStorageRest =
    std::chrono::seconds(1);  // before a write that failed is tried again
constexpr Millis kOperatorRest = std::chrono::minutes(5);
constexpr int kWorkerNiceness = 5;         // a third of the weight of threads that answer clients
constexpr std::size_t kResultBytes = 256;  // about what a job's row is

// An attempt that is over and not yet stored.
struct Finished {
  Lane* lane;
  Job job;
  JobResult result;
  bool has_run = true;  // false: claimed, and put back without having begun
};

// What became of storing it.
enum class Fate { failed, kept, lease_lost };

}  // namespace

struct Dispatcher::Impl {
  Impl(Storage& storage_, const Clock& clock_, Random& random_, DispatcherOptions options_,
       const std::vector<LaneOptions>& lanes_, std::map<std::string, JobHandler> handlers_)
      : storage(storage_),
        clock(clock_),
        random(random_),
        options(std::move(options_)),
        handlers(std::move(handlers_)) {
    for (const LaneOptions& lane : lanes_) lanes.emplace_back(lane, options);
  }

  void rounds();
  Time round(bool was_woken);
  bool sleep_until(Time until, bool& was_woken);

  bool store_finished();
  void log(const Finished& one, Fate fate) const;

  void claim(const std::vector<int>& rooms, Time now);
  void look_at_clock(Time now);
  std::vector<int> ask_for_room(Time now);
  void maintain(Stores& stores, Time now);
  bool is_maintenance_due(Time now) const;
  Time next_wake();

  void work(Lane& lane);
  JobResult run(const Job& job) const;
  void report_trouble(Lane& lane, const JobResult& result);
  void put_back(Lane& lane, std::vector<Job> jobs);
  void finish(Finished one);
  bool rest(Millis duration);
  void wake();

  // Constant after construction.
  Storage& storage;
  const Clock& clock;
  Random& random;
  const DispatcherOptions options;
  const std::map<std::string, JobHandler> handlers;
  std::deque<Lane> lanes;

  // Used by the keeping thread only.
  Time looked_at{};      // at the clock, in the last round
  Millis set_back_by{};  // the clock, and what is scheduled has not followed yet
  Time pruned_at{};
  bool prune_more = false;
  Time extended_at{};
  std::optional<Time> promote_at;  // when the next scheduled job is due
  bool may_be_ready = true;        // some ready job may wait in the database
  bool is_paused = false;          // when it was last looked up

  std::mutex mutex;
  std::condition_variable changed;  // there is something to do
  std::condition_variable over;     // ended
  std::vector<Finished> finished;   // guarded by mutex, as all below
  bool woken = false;
  bool started = false;
  bool stopping = false;  // nothing more is claimed
  bool ended = false;     // nothing more is stored

  std::thread keeper;
  std::vector<std::thread> workers;
};

Dispatcher::Dispatcher(Storage& storage, const Clock& clock, Random& random,
                       DispatcherOptions options, std::vector<LaneOptions> lanes,
                       std::map<std::string, JobHandler> handlers)
    : impl_(std::make_unique<Impl>(storage, clock, random, std::move(options), lanes,
                                   std::move(handlers))) {}

Dispatcher::~Dispatcher() {
  stop(Millis{0});
}

void Dispatcher::start() {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->started || impl_->stopping) return;
    impl_->started = true;
  }
  const Time now = impl_->clock.now();
  // Only one process may serve a database, so whatever is still marked as running has no worker.
  const int rescued =
      impl_->storage.write([&](Stores& stores) { return stores.jobs.rescue(now, true); });
  if (rescued > 0) logs::info("queue: {} jobs of the former process taken back", rescued);

  impl_->keeper = std::thread([this] { impl_->rounds(); });
  for (Lane& lane : impl_->lanes) {
    for (int i = 0; i < lane.options().workers; ++i) {
      impl_->workers.emplace_back([this, &lane] { impl_->work(lane); });
    }
  }
}

void Dispatcher::wake() {
  impl_->wake();
}

bool Dispatcher::stop(Millis grace) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  const auto deadline = SteadyClock::now() + grace;
  bool is_idle = true;
  for (Lane& lane : impl_->lanes) {
    lane.close();
    impl_->put_back(lane, lane.drain());
    const auto left = std::chrono::ceil<Millis>(deadline - SteadyClock::now());
    is_idle = lane.wait_idle(std::max(left, Millis{0})) && is_idle;
  }
  if (is_idle || grace == Millis{0}) {
    for (std::thread& worker : impl_->workers) worker.join();
    impl_->workers.clear();
  }
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->ended = true;
  }
  impl_->changed.notify_all();
  impl_->over.notify_all();
  if (impl_->keeper.joinable()) impl_->keeper.join();
  impl_->store_finished();
  return impl_->workers.empty();
}

// ---- the keeping thread: stores results and claims jobs, in rounds

void Dispatcher::Impl::rounds() {
  bool was_woken = true;
  for (;;) {
    bool has_failed = false;
    Time until{};
    try {
      has_failed = !store_finished();
      until = round(was_woken);
    } catch (const std::exception& error) {
      logs::warn("queue: nothing claimed: {}", error.what());
      has_failed = true;
      may_be_ready = true;
    }
    if (!rest(has_failed ? kStorageRest : kRoundPause)) return;
    if (has_failed) continue;
    if (!sleep_until(until, was_woken)) return;
  }
}

// False once the dispatcher has ended.
bool Dispatcher::Impl::rest(Millis duration) {
  std::unique_lock lock(mutex);
  return !over.wait_for(lock, duration, [this] { return ended; });
}

// The same; and returns early if there is something to do.
bool Dispatcher::Impl::sleep_until(Time until, bool& was_woken) {
  const Millis pause = std::clamp(until - clock.now(), Millis{0}, kLongestSleep);
  std::unique_lock lock(mutex);
  changed.wait_for(lock, pause, [this] { return woken || ended || !finished.empty(); });
  was_woken = std::exchange(woken, false);
  return !ended;
}

// Claims what there is room for. Returns when the next round is due, if nothing happens before.
Time Dispatcher::Impl::round(bool was_woken) {
  const Time now = clock.now();
  look_at_clock(now);
  may_be_ready = may_be_ready || was_woken;
  if (was_woken)
    promote_at = storage.read([](const Stores& stores) { return stores.jobs.next_run_at(); });
  const std::vector<int> rooms = ask_for_room(now);
  const bool has_room = std::any_of(rooms.begin(), rooms.end(), [](int room) { return room > 0; });
  if ((may_be_ready && has_room) || is_maintenance_due(now)) claim(rooms, now);
  return next_wake();
}

// Delays were meant as such. After the clock was set back, what is scheduled would wait until it
// comes to where it was; so it moves back, too.
void Dispatcher::Impl::look_at_clock(Time now) {
  if (now + kClockSlack < looked_at) {
    set_back_by += looked_at - now;
    pruned_at = extended_at = Time{};
    logs::warn("queue: the clock was set back by {} s",
               std::chrono::floor<std::chrono::seconds>(looked_at - now).count());
  }
  looked_at = now;
}

std::vector<int> Dispatcher::Impl::ask_for_room(Time now) {
  {
    const std::lock_guard lock(mutex);
    if (stopping) return std::vector<int>(lanes.size(), 0);
  }
  if (is_paused) {
    is_paused =
        storage.read([](const Stores& stores) { return stores.settings.is_queue_paused(); });
  }
  std::vector<int> rooms;
  for (Lane& lane : lanes) {
    rooms.push_back(is_paused && lane.options().pausable ? 0 : lane.room(now));
  }
  return rooms;
}

// One write: what is due becomes ready, and each lane gets what it has room for.
void Dispatcher::Impl::claim(const std::vector<int>& rooms, Time now) {
  std::int64_t lease = 0;
  while (lease <= 0) random.fill({reinterpret_cast<unsigned char*>(&lease), sizeof lease});

  std::vector<std::vector<Job>> claimed;
  storage.write(
      [&](Stores& stores) {
        claimed.assign(lanes.size(), {});
        maintain(stores, now);
        is_paused = stores.settings.is_queue_paused();
        for (std::size_t i = 0; i < lanes.size(); ++i) {
          const LaneOptions& lane = lanes[i].options();
          if (rooms[i] == 0 || (is_paused && lane.pausable)) continue;
          claimed[i] = stores.jobs.claim(lane.name, rooms[i], lease, now + options.lease);
        }
        promote_at = stores.jobs.next_run_at();
      },
      WriteLine::queue);
  set_back_by = Millis{0};
  if (now - extended_at >= options.lease / 3) extended_at = now;
  if (now - pruned_at >= kPruneEvery) pruned_at = now;
  may_be_ready = false;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    // A lane that has no room, or has used it up, may have left some.
    if (static_cast<int>(claimed[i].size()) == rooms[i]) may_be_ready = true;
    if (!claimed[i].empty() && !lanes[i].put(claimed[i], now)) {
      put_back(lanes[i], std::move(claimed[i]));
    }
  }
}

bool Dispatcher::Impl::is_maintenance_due(Time now) const {
  return set_back_by > Millis{0} || (promote_at && *promote_at <= now) ||
         now - extended_at >= options.lease / 3 || now - pruned_at >= kPruneEvery || prune_more;
}

void Dispatcher::Impl::maintain(Stores& stores, Time now) {
  if (set_back_by > Millis{0}) stores.jobs.bring_forward(set_back_by);
  for (const Job& job : stores.jobs.due(now, kPromoteAtOnce)) {
    const auto& rank = options.priority_when_due;
    stores.jobs.promote(job.id, rank ? rank(stores, job, now) : job.priority);
  }
  if (now - extended_at >= options.lease / 3) {
    // First the living, then the dead: even after a leap of the clock no job in hand is taken away.
    for (const Lane& lane : lanes) {
      for (const std::int64_t lease : lane.leases()) stores.jobs.extend(lease, now + options.lease);
    }
    stores.jobs.rescue(now, false);
  }
  if (now - pruned_at >= kPruneEvery || prune_more) {
    prune_more = stores.jobs.prune(now - options.keep_finished, kPruneAtOnce) == kPruneAtOnce;
    if (options.housekeeping && options.housekeeping(stores, now)) prune_more = true;
  }
}

Time Dispatcher::Impl::next_wake() {
  Time until = clock.now() + (prune_more ? kPrunePause : kLongestSleep);
  if (promote_at) until = std::min(until, *promote_at);
  for (const Lane& lane : lanes) {
    if (const auto again = lane.room_again_at()) until = std::min(until, *again);
  }
  return until;
}

// Each result is a write of its own, so that one that cannot be stored does not keep the others;
// handed over together, they share a commit. A result must not be lost to a disk that is full for a
// while: the mail would go out again. False: some are still to be stored.
bool Dispatcher::Impl::store_finished() {
  std::vector<Finished> batch;
  {
    const std::lock_guard lock(mutex);
    batch.swap(finished);
  }
  if (batch.empty()) return true;
  std::vector<Fate> fates(batch.size(), Fate::failed);
  std::vector<std::string> errors(batch.size());
  std::latch stored(static_cast<std::ptrdiff_t>(batch.size()));
  for (std::size_t i = 0; i < batch.size(); ++i) {
    storage.write_later(
        WriteLine::queue, kResultBytes,
        [this, &one = batch[i]](Stores& stores) {
          return store_result(stores.jobs, one.job, one.result, clock.now(), options.retry, random);
        },
        [&fate = fates[i], &failure = errors[i], &stored](Completion<bool> kept) {
          try {
            fate = kept.take() ? Fate::kept : Fate::lease_lost;
          } catch (const std::exception& error) {
            failure = error.what();
          }
          stored.count_down();
        });
  }
  stored.wait();
  std::vector<Finished> left;
  std::string reason;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (fates[i] == Fate::failed) {
      left.push_back(std::move(batch[i]));
      reason = errors[i];
    } else {
      log(batch[i], fates[i]);
      batch[i].lane->settled(batch[i].job);
    }
  }
  if (left.empty()) return true;
  logs::warn("queue: {}; results not stored yet: {}", reason, left.size());
  const std::lock_guard lock(mutex);
  std::move(left.begin(), left.end(), std::back_inserter(finished));
  return false;
}

void Dispatcher::Impl::log(const Finished& one, Fate fate) const {
  const Job& job = one.job;
  const std::string& reason = one.result.reason;
  if (fate == Fate::lease_lost) {
    logs::warn("job={} kind={} attempt={}: result {} not stored: the lease was lost", job.id,
               job.kind, job.attempt, to_text(one.result.kind));
  } else if (one.has_run && one.result.kind != JobResult::Kind::release) {
    logs::routine("job={} kind={} attempt={} {}{}{}", job.id, job.kind, job.attempt,
                  to_text(one.result.kind), reason.empty() ? "" : ": ", reason);
  }
}

// ---- the lanes' workers

void Dispatcher::Impl::work(Lane& lane) {
  set_thread_niceness(kWorkerNiceness);
  while (std::optional<Job> job = lane.take()) {
    JobResult result = run(*job);
    if (result.lane != JobResult::Lane::well) {
      report_trouble(lane, result);
      put_back(lane, lane.drain());
    } else {
      lane.succeeded();  // the lane carried the job, whatever became of it
    }
    // First the result, then the lane: one that is idle has told all.
    finish({&lane, std::move(*job), std::move(result)});
    lane.ran();
  }
}

void Dispatcher::Impl::finish(Finished one) {
  {
    const std::lock_guard lock(mutex);
    finished.push_back(std::move(one));
  }
  changed.notify_all();
}

JobResult Dispatcher::Impl::run(const Job& job) const {
  const auto handler = handlers.find(job.kind);
  if (handler == handlers.end()) return {JobResult::Kind::fail, "no such kind of job", {}};
  try {
    return handler->second(job);
  } catch (const StorageUnavailable& error) {
    return {JobResult::Kind::retry, error.what(), {}};
  } catch (const std::exception& error) {
    logs::error("job={} kind={} attempt={}: {}", job.id, job.kind, job.attempt, error.what());
    return {JobResult::Kind::retry, error.what(), {}};
  }
}

void Dispatcher::Impl::report_trouble(Lane& lane, const JobResult& result) {
  const bool stop = result.lane == JobResult::Lane::stopped;
  const Time until = lane.rest(clock.now(), stop ? kOperatorRest : Millis{0}, random);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(until - clock.now()).count();
  if (stop) {
    logs::error("lane={} STOPPED: {}; mend it and restart, next try in {} s", lane.options().name,
                result.reason, seconds);
  } else {
    logs::warn("lane={} rests for {} s: {}", lane.options().name, seconds, result.reason);
  }
}

void Dispatcher::Impl::put_back(Lane& lane, std::vector<Job> jobs) {
  for (Job& job : jobs) {
    finish({&lane, std::move(job), {JobResult::Kind::release, {}, {}}, false});
  }
}

void Dispatcher::Impl::wake() {
  {
    const std::lock_guard lock(mutex);
    woken = true;
  }
  changed.notify_all();
}

}  // namespace promotions
