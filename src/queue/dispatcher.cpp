#include "promotions/queue/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "promotions/base/log.h"
#include "queue/lane.h"

namespace promotions {
namespace {

constexpr int kPromoteAtOnce = 500;  // scheduled jobs made ready in one write
constexpr int kPruneAtOnce = 500;    // finished jobs removed in one write
constexpr Millis kLongestSleep = std::chrono::seconds(60);
constexpr Millis kPruneEvery = std::chrono::seconds(60);
constexpr Millis kPrunePause = Millis(50);  // between such writes: others come first
constexpr Millis kStorageRest =
    std::chrono::seconds(1);  // before a write that failed is tried again
constexpr Millis kOperatorRest = std::chrono::minutes(5);

// Stores `result` as the end of the attempt; runs inside a write.
bool store_result(JobStore& jobs, const Job& job, const JobResult& result, Time now,
                  const RetryPolicy& retry, Random& random) {
  switch (result.kind) {
    case JobResult::Kind::done:
      return jobs.complete(job, now);
    case JobResult::Kind::fail:
      return jobs.fail(job, result.reason, now);
    case JobResult::Kind::cancel:
      return jobs.cancel_claimed(job, result.reason, now);
    case JobResult::Kind::lane_down:
    case JobResult::Kind::lane_stop:
      return jobs.release(job, result.reason);
    case JobResult::Kind::retry:
      break;
  }
  if (job.attempt >= job.max_attempts) return jobs.fail(job, result.reason, now);
  const Millis delay = result.retry_after.value_or(retry.delay(job.attempt, random));
  return jobs.retry_later(job, result.reason, now + delay);
}

std::string_view to_text(JobResult::Kind kind) {
  switch (kind) {
    case JobResult::Kind::done:
      return "done";
    case JobResult::Kind::retry:
      return "retry";
    case JobResult::Kind::fail:
      return "fail";
    case JobResult::Kind::cancel:
      return "cancel";
    case JobResult::Kind::lane_down:
      return "lane_down";
    case JobResult::Kind::lane_stop:
      return "lane_stop";
  }
  return "";
}

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

  void claim_loop();
  void claim_due();
  void maintain(Stores& stores, Time now);
  Time next_wake();
  void work(Lane& lane);
  JobResult run(const Job& job) const;
  void settle(Lane& lane, const Job& job, const JobResult& result);
  void put_back(const std::vector<Job>& jobs);
  template <typename F>
  bool write_until_stored(F&& operation);
  bool sleep_while_running(Millis duration);
  void wake();

  // Constant after construction.
  Storage& storage;
  const Clock& clock;
  Random& random;
  const DispatcherOptions options;
  const std::map<std::string, JobHandler> handlers;
  std::deque<Lane> lanes;

  // Used by the claiming thread only.
  Time pruned_at{};
  bool prune_more = false;
  Time extended_at{};

  std::mutex mutex;
  std::condition_variable changed;
  bool woken = false;     // guarded by mutex
  bool started = false;   // guarded by mutex
  bool stopping = false;  // guarded by mutex

  std::thread claimer;
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

  impl_->claimer = std::thread([this] { impl_->claim_loop(); });
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
  impl_->changed.notify_all();
  if (impl_->claimer.joinable()) impl_->claimer.join();
  const auto deadline = std::chrono::steady_clock::now() + grace;
  bool idle = true;
  for (Lane& lane : impl_->lanes) {
    lane.close();
    impl_->put_back(lane.drain());
    const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
    idle = lane.wait_idle(std::max(left, Millis{0})) && idle;
  }
  if (!idle && grace > Millis{0}) return false;
  for (std::thread& worker : impl_->workers) worker.join();
  impl_->workers.clear();
  return true;
}

void Dispatcher::Impl::wake() {
  {
    const std::lock_guard lock(mutex);
    woken = true;
  }
  changed.notify_all();
}

void Dispatcher::Impl::claim_loop() {
  for (;;) {
    Time until = clock.now() + kStorageRest;
    try {
      claim_due();
      until = next_wake();
    } catch (const std::exception& error) {
      logs::warn("queue: nothing claimed: {}", error.what());
    }
    const Millis pause = std::clamp(until - clock.now(), Millis{0}, kLongestSleep);
    std::unique_lock lock(mutex);
    changed.wait_for(lock, pause, [this] { return woken || stopping; });
    woken = false;
    if (stopping) return;
  }
}

// One write: what is due becomes ready, and each lane gets what it has room for.
void Dispatcher::Impl::claim_due() {
  const Time now = clock.now();
  std::vector<int> rooms;
  for (Lane& lane : lanes) rooms.push_back(lane.room(now));
  std::int64_t lease = 0;
  while (lease <= 0) random.fill({reinterpret_cast<unsigned char*>(&lease), sizeof lease});

  std::vector<std::vector<Job>> claimed;
  storage.write([&](Stores& stores) {
    claimed.assign(lanes.size(), {});
    maintain(stores, now);
    const bool paused = stores.settings.is_queue_paused();
    for (std::size_t i = 0; i < lanes.size(); ++i) {
      const LaneOptions& lane = lanes[i].options();
      if (rooms[i] == 0 || (paused && lane.pausable)) continue;
      claimed[i] = stores.jobs.claim(lane.name, rooms[i], lease, now + options.lease);
    }
  });
  if (now - extended_at >= options.lease / 3) extended_at = now;
  if (now - pruned_at >= kPruneEvery) pruned_at = now;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    if (!claimed[i].empty() && !lanes[i].put(claimed[i], now)) put_back(claimed[i]);
  }
}

void Dispatcher::Impl::maintain(Stores& stores, Time now) {
  stores.jobs.promote_due(now, kPromoteAtOnce);
  if (now - extended_at >= options.lease / 3) {
    // First the living, then the dead: even after a leap of the clock no job in hand is taken away.
    for (const Lane& lane : lanes) {
      for (const std::int64_t lease : lane.leases()) stores.jobs.extend(lease, now + options.lease);
    }
    stores.jobs.rescue(now, false);
  }
  if (now - pruned_at >= kPruneEvery || prune_more) {
    prune_more = stores.jobs.prune(now - options.keep_finished, kPruneAtOnce) == kPruneAtOnce;
  }
}

Time Dispatcher::Impl::next_wake() {
  Time until = clock.now() + (prune_more ? kPrunePause : kLongestSleep);
  const auto scheduled =
      storage.read([](const Stores& stores) { return stores.jobs.next_run_at(); });
  if (scheduled) until = std::min(until, *scheduled);
  for (const Lane& lane : lanes) {
    if (const auto again = lane.room_again_at()) until = std::min(until, *again);
  }
  return until;
}

void Dispatcher::Impl::work(Lane& lane) {
  while (const std::optional<Job> job = lane.take()) {
    const JobResult result = run(*job);
    settle(lane, *job, result);
    if (lane.done(*job)) wake();
  }
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

void Dispatcher::Impl::settle(Lane& lane, const Job& job, const JobResult& result) {
  const bool trouble =
      result.kind == JobResult::Kind::lane_down || result.kind == JobResult::Kind::lane_stop;
  if (trouble) {
    const bool stop = result.kind == JobResult::Kind::lane_stop;
    const Time until = lane.rest(clock.now(), stop ? kOperatorRest : Millis{0}, random);
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(until - clock.now()).count();
    if (stop) {
      logs::error("lane={} STOPPED: {}; mend it and restart, next try in {} s", lane.options().name,
                  result.reason, seconds);
    } else {
      logs::warn("lane={} rests for {} s: {}", lane.options().name, seconds, result.reason);
    }
    put_back(lane.drain());
  } else {
    lane.succeeded();  // the lane carried the job, whatever became of it
  }
  bool kept = false;
  const bool stored = write_until_stored([&](Stores& stores) {
    kept = store_result(stores.jobs, job, result, clock.now(), options.retry, random);
  });
  if (!stored || !kept) {
    logs::warn("job={} kind={} attempt={}: result {} not stored: {}", job.id, job.kind, job.attempt,
               to_text(result.kind), stored ? "the lease was lost" : "storage is not available");
  } else if (!trouble) {
    logs::info("job={} kind={} attempt={} {}{}{}", job.id, job.kind, job.attempt,
               to_text(result.kind), result.reason.empty() ? "" : ": ", result.reason);
  }
}

void Dispatcher::Impl::put_back(const std::vector<Job>& jobs) {
  if (jobs.empty()) return;
  write_until_stored([&](Stores& stores) {
    for (const Job& job : jobs) stores.jobs.release(job, "");
  });
}

// A result must not be lost to a disk that is full for a while: the mail would go out again. False
// only if the dispatcher is told to stop meanwhile.
template <typename F>
bool Dispatcher::Impl::write_until_stored(F&& operation) {
  for (;;) {
    try {
      storage.write(operation);
      return true;
    } catch (const std::exception& error) {
      logs::warn("queue: {}", error.what());
    }
    if (!sleep_while_running(kStorageRest)) return false;
  }
}

bool Dispatcher::Impl::sleep_while_running(Millis duration) {
  std::unique_lock lock(mutex);
  return !changed.wait_for(lock, duration, [this] { return stopping; });
}

}  // namespace promotions
