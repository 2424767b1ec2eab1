#include "promotions/manager/queue_manager.h"

#include <algorithm>

#include "promotions/base/log.h"

namespace promotions {

std::vector<Job> QueueManager::list(const JobFilter& filter) {
  return storage_.read([&](const Stores& stores) { return stores.jobs.list(filter); });
}

std::optional<Job> QueueManager::find(std::int64_t id) {
  return storage_.read([&](const Stores& stores) { return stores.jobs.find(id); });
}

JobChange QueueManager::retry(std::int64_t id) {
  return storage_.write([&](Stores& stores) {
    if (stores.jobs.retry(id, clock_.now())) return JobChange::changed;
    return stores.jobs.find(id) ? JobChange::wrong_state : JobChange::no_such_job;
  });
}

JobChange QueueManager::cancel(std::int64_t id) {
  return storage_.write([&](Stores& stores) {
    if (stores.jobs.cancel(id, clock_.now())) return JobChange::changed;
    return stores.jobs.find(id) ? JobChange::wrong_state : JobChange::no_such_job;
  });
}

QueueStatus QueueManager::status() {
  QueueStatus status;
  status.counts = storage_.read([&](const Stores& stores) {
    status.paused = stores.settings.is_queue_paused();
    return stores.jobs.counts();
  });
  if (status.counts.oldest_ready) {
    const auto age =
        std::chrono::floor<std::chrono::seconds>(clock_.now() - *status.counts.oldest_ready);
    status.oldest_ready_seconds = std::max<std::int64_t>(age.count(), 0);
  }
  return status;
}

void QueueManager::set_paused(bool paused) {
  storage_.write([&](Stores& stores) { stores.settings.set_queue_paused(paused); });
}

bool QueueManager::is_ready() {
  const std::lock_guard lock(readiness_);
  const Time now = clock_.now();
  if (was_ready_ && now >= checked_at_ && now - checked_at_ < std::chrono::seconds(1)) return true;
  try {
    storage_.write([&](Stores& stores) { stores.settings.mark_ready(now); });
    was_ready_ = true;
  } catch (const std::exception& error) {
    logs::warn("not ready: {}", error.what());
    was_ready_ = false;
  }
  checked_at_ = now;
  return was_ready_;
}

}  // namespace promotions
