#include "promotions/manager/queue.h"

#include <algorithm>

#include "promotions/base/encoding.h"
#include "promotions/base/log.h"
#include "promotions/manager/job_kinds.h"

namespace promotions {
namespace {

constexpr int kRetryAtOnce = 500;  // jobs in one write: other writes need not wait long

}  // namespace

std::vector<Job> Queue::list(const JobFilter& filter) {
  return storage_.read([&](const Stores& stores) { return stores.jobs.list(filter); });
}

std::optional<Job> Queue::find(std::int64_t id) {
  return storage_.read([&](const Stores& stores) { return stores.jobs.find(id); });
}

JobChange Queue::retry(const Principal& who, std::int64_t id) {
  const JobChange change = storage_.write([&](Stores& stores) {
    const auto job = stores.jobs.find(id);
    if (!job) return JobChange::no_such_job;
    if (!revive(stores, *job)) return JobChange::wrong_state;
    // In the same write, so that nobody sees the job ready and its lane still stopped.
    stores.lanes.set_all_working();
    return JobChange::changed;
  });
  if (change == JobChange::changed) {
    logs::info("job={} put back by {}", id, to_text(who));
    say_mended();
  }
  return change;
}

std::int64_t Queue::retry_all(const Principal& who, const DeadFilter& filter) {
  const std::string wanted = to_lower_ascii(filter.error);
  JobFilter page{.state = JobState::dead, .kind = filter.kind, .limit = kRetryAtOnce};
  std::int64_t retried = 0;
  for (bool is_last = false; !is_last;) {
    std::vector<Job> jobs = list(page);
    is_last = jobs.size() < static_cast<std::size_t>(page.limit);
    // Before jobs are left out: those must not be read again.
    if (!jobs.empty()) page.after = jobs.back().id;
    std::erase_if(jobs, [&](const Job& job) {
      return to_lower_ascii(error_text(job)).find(wanted) == std::string::npos;
    });
    if (jobs.empty()) continue;
    retried += storage_.write([&](Stores& stores) {
      stores.lanes.set_all_working();
      return std::count_if(jobs.begin(), jobs.end(),
                           [&](const Job& job) { return revive(stores, job); });
    });
  }
  if (retried > 0) {
    logs::info("queue: {} dead jobs put back by {}", retried, to_text(who));
    say_mended();
  }
  return retried;
}

bool Queue::revive(Stores& stores, const Job& job) const {
  const Time now = clock_.now();
  if (!stores.jobs.retry(job.id, now)) return false;
  // A scheduled job had not ended, so for its hook nothing has changed.
  if (hooks_.revived && job.finished_at) hooks_.revived(stores, job, now);
  return true;
}

void Queue::say_mended() const {
  if (on_mended_) on_mended_();
}

JobChange Queue::cancel(const Principal& who, std::int64_t id) {
  const JobChange change = storage_.write([&](Stores& stores) {
    const Time now = clock_.now();
    if (!stores.jobs.cancel(id, now)) {
      return stores.jobs.find(id) ? JobChange::wrong_state : JobChange::no_such_job;
    }
    if (hooks_.ended) hooks_.ended(stores, stores.jobs.find(id).value(), JobEnding::cancelled, now);
    return JobChange::changed;
  });
  if (change == JobChange::changed) logs::info("job={} cancelled by {}", id, to_text(who));
  return change;
}

bool QueueStatus::holds(const LaneStatus& lane) const {
  return paused && lane.name == lanes::kMail;
}

QueueStatus Queue::status() {
  QueueStatus status;
  std::optional<Time> accepted;
  status.counts = storage_.read([&](const Stores& stores) {
    status.paused = stores.settings.is_queue_paused();
    status.lanes = stores.lanes.all();
    accepted = stores.jobs.last_done(lanes::kMail);
    return stores.jobs.counts();
  });
  const auto seconds_since = [now = clock_.now()](Time then) {
    return std::max<std::int64_t>(std::chrono::floor<std::chrono::seconds>(now - then).count(), 0);
  };
  if (mail_) status.mail = mail_();
  if (accepted) status.seconds_since_accepted = seconds_since(*accepted);
  if (status.counts.oldest_ready) {
    status.oldest_ready_seconds = seconds_since(*status.counts.oldest_ready);
  }
  return status;
}

void Queue::set_paused(const Principal& who, bool paused) {
  storage_.write([&](Stores& stores) {
    stores.settings.set_queue_paused(paused);
    if (!paused) stores.lanes.set_all_working();
  });
  logs::info("queue: mail {} by {}", paused ? "paused" : "resumed", to_text(who));
  if (!paused) say_mended();
}

std::optional<std::string> Queue::unready_because() {
  const MutexLock lock(readiness_);
  const Time now = clock_.now();
  const std::uint64_t refused = storage_.refused_writes();
  // `now >= checked_at_` fails after the clock was set back: then the last result is of no use.
  if (was_ready_ && refused == refused_by_then_ && now >= checked_at_ &&
      now - checked_at_ < std::chrono::seconds(1)) {
    return std::nullopt;
  }
  std::string reason;
  try {
    storage_.write([&](Stores& stores) { stores.settings.mark_ready(now); });
  } catch (const StorageUnavailable& error) {
    reason = error.what();
  } catch (const Overloaded& error) {
    reason = error.what();
  } catch (const std::exception& error) {
    reason = "a write fails";
    if (unready_because_ != reason) logs::error("not ready: {}", error.what());
  }
  // Logged only when the reason changes: health checks ask again and again.
  if (!reason.empty() && unready_because_ != reason) logs::warn("not ready: {}", reason);
  unready_because_ = reason;
  was_ready_ = reason.empty();
  refused_by_then_ = storage_.refused_writes();
  checked_at_ = now;
  return was_ready_ ? std::nullopt : std::optional(reason);
}

}  // namespace promotions
