#include "promotions/queue/dispatcher.h"

#include <algorithm>
#include <chrono>

#include "promotions/base/log.h"
#include "promotions/base/thread_priority.h"
#include "queue/dispatcher_impl.h"

namespace promotions {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kWorkerNiceness = 5;  // a third of the weight of threads that answer clients

}  // namespace

Dispatcher::Dispatcher(Storage& storage, const Clock& clock, Random& random,
                       DispatcherOptions options, const std::vector<LaneOptions>& lanes,
                       std::map<std::string, JobHandler> handlers)
    : impl_(std::make_unique<Impl>(storage, clock, random, std::move(options), lanes,
                                   std::move(handlers))) {}

Dispatcher::~Dispatcher() {
  stop(Millis{0});
}

void Dispatcher::start() {
  {
    const MutexLock lock(impl_->mutex);
    if (impl_->started || impl_->stopping) return;
    impl_->started = true;
  }
  const Time now = impl_->clock.now();
  // Only one process may serve a database, so a job that is still marked as running has no worker.
  const int rescued = impl_->storage.write([&](Stores& stores) {
    for (const Lane& lane : impl_->lanes) stores.lanes.set(lane.status());
    return impl_->rescue(stores, now, true);
  });
  for (Lane& lane : impl_->lanes) lane.stored(lane.status());
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

void Dispatcher::try_again() {
  for (Lane& lane : impl_->lanes) lane.end_rest();
  impl_->wake();
}

bool Dispatcher::stop(Millis grace) {
  {
    const MutexLock lock(impl_->mutex);
    impl_->stopping = true;
  }
  // Lane by lane: no job begins any more, those that have not begun are put back, and the others
  // may finish. The keeper goes on storing results meanwhile. All lanes share one deadline.
  const auto deadline = SteadyClock::now() + grace;
  bool is_idle = true;
  for (Lane& lane : impl_->lanes) {
    lane.close();
    impl_->put_back(lane, lane.drain());
    const auto left = std::chrono::ceil<Millis>(deadline - SteadyClock::now());
    is_idle = lane.wait_idle(std::max(left, Millis{0})) && is_idle;
  }
  // Workers that are still running after the deadline are left alone, except if grace is 0.
  if (is_idle || grace == Millis{0}) {
    for (std::thread& worker : impl_->workers) worker.join();
    impl_->workers.clear();
  }
  {
    const MutexLock lock(impl_->mutex);
    impl_->ended = true;
  }
  impl_->changed.notify_all();
  impl_->over.notify_all();
  if (impl_->keeper.joinable()) impl_->keeper.join();
  // Results that came after the keeper's last round. What cannot be stored now is lost with the
  // process, and the next start takes the job back.
  impl_->store_finished();
  impl_->store_last();
  return impl_->workers.empty();
}

// ---- the lanes' workers

void Dispatcher::Impl::work(Lane& lane) {
  set_thread_niceness(kWorkerNiceness);
  while (std::optional<Job> job = lane.take()) {
    JobResult result = run(*job);
    // Before ran(): the lane must still know when the job began, to judge what the result says.
    if (!blame(lane, *job, result)) report(lane, *job, result);
    // Also before ran(): once a lane is idle, all of its results have been handed over.
    const std::int64_t id = job->id;
    finish({&lane, std::move(*job), std::move(result)});
    lane.ran(id);
  }
}

void Dispatcher::Impl::finish(FinishedAttempt one) {
  {
    const MutexLock lock(mutex);
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

// Returns true if what looked like the lane's fault is the job's own, because others were accepted
// meanwhile. The result then says nothing about the lane, and the attempt counts, so that the job
// comes to an end.
bool Dispatcher::Impl::blame(Lane& lane, const Job& job, JobResult& result) const {
  if (result.attempts_if_own == 0) return false;
  // A refusal that does not say whose fault it is needs less proof than one that is about us.
  const bool is_vague = result.lane == JobResult::Lane::doubted;
  const auto proof = is_vague ? Lane::Proof::accepted_lately : Lane::Proof::accepted_since;
  if (!lane.blames_job(job.id, clock.now(), proof)) return false;
  const bool is_last = job.attempt >= std::min(result.attempts_if_own, job.max_attempts);
  result.kind = is_last ? JobResult::Kind::fail : JobResult::Kind::retry;
  if (is_last) lane.forget(job.id);
  return true;
}

// Tells the lane what the result says about it.
void Dispatcher::Impl::report(Lane& lane, const Job& job, const JobResult& result) {
  switch (result.lane) {
    case JobResult::Lane::well:
      // Whatever became of the job, the lane carried it; but a cancelled one did not use the lane.
      if (result.kind != JobResult::Kind::cancel) {
        lane.went_well(job, clock.now(), result.kind == JobResult::Kind::done);
      }
      return;
    case JobResult::Lane::unwell:
      report_trouble(lane, LaneState::resting, result.reason);
      if (result.attempts_if_own > 0) set_aside(lane, job, result);
      return;
    case JobResult::Lane::crowded:
      return report_crowd(lane, result.reason);
    case JobResult::Lane::doubted:
      report_doubt(lane, job, result.reason);
      return set_aside(lane, job, result);
    case JobResult::Lane::stopped:
      report_trouble(lane, LaneState::stopped, result.reason);
      return set_aside(lane, job, result);
  }
}

// Lets other jobs go before this one, and before those that were refused for the same reason.
void Dispatcher::Impl::set_aside(Lane& lane, const Job& job, const JobResult& result) {
  lane.set_aside(job.id, clock.now(), random);
  for (const std::int64_t other : result.take_back) lane.set_aside(other, clock.now(), random);
}

void Dispatcher::Impl::report_doubt(Lane& lane, const Job& job, const std::string& reason) {
  const auto until = lane.doubt(job.id, clock.now(), reason, random);
  // Several jobs in a row: it is the lane's fault.
  if (!until) return report_trouble(lane, LaneState::stopped, reason);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*until - clock.now()).count();
  logs::error(
      "lane={} STOPPED: {}; its jobs keep their attempts; whether it is about us or about job={} "
      "alone the next one shows in {} s",
      lane.options().name, reason, job.id, std::max<std::int64_t>(seconds, 0));
  put_back(lane, lane.drain());
}

void Dispatcher::Impl::report_trouble(Lane& lane, LaneState state, const std::string& reason) {
  const Time until = lane.rest(clock.now(), state, reason, random);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(until - clock.now()).count();
  if (state == LaneState::stopped) {
    logs::error(
        "lane={} STOPPED: {}; its jobs keep their attempts and wait; mend it, then have it tried "
        "at "
        "once with \"promotions queue resume\"; next try in {} s",
        lane.options().name, reason, seconds);
  } else {
    logs::warn("lane={} rests for {} s: {}", lane.options().name, seconds, reason);
  }
  put_back(lane, lane.drain());
}

void Dispatcher::Impl::report_crowd(Lane& lane, const std::string& reason) {
  const auto sessions = lane.narrow(clock.now());
  if (!sessions) return report_trouble(lane, LaneState::resting, reason);
  logs::info("lane={} goes on with sessions={}: {}; one more is tried in {} s", lane.options().name,
             *sessions, reason, std::chrono::ceil<std::chrono::seconds>(Lane::kWidenEvery).count());
}

// Gives back jobs that have not begun: they are stored as released, so their attempt does not
// count.
void Dispatcher::Impl::put_back(Lane& lane, std::vector<Job> jobs) {
  for (Job& job : jobs) {
    finish({&lane, std::move(job), {JobResult::Kind::release, {}, {}}, false});
  }
}

void Dispatcher::Impl::wake() {
  {
    const MutexLock lock(mutex);
    woken = true;
  }
  changed.notify_all();
}

}  // namespace promotions
