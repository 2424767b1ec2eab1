// What operators can see of the queue and do to it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/storage/storage.h"

namespace promotions {

enum class JobChange { changed, no_such_job, wrong_state };

struct QueueStatus {
  bool paused = false;
  QueueCounts counts;
  std::int64_t oldest_ready_seconds = 0;
};

// Thread-safe.
class QueueManager {
 public:
  QueueManager(Storage& storage, const Clock& clock) : storage_(storage), clock_(clock) {}

  std::vector<Job> list(const JobFilter& filter);
  std::optional<Job> find(std::int64_t id);
  JobChange retry(
      std::int64_t id);  // scheduled, dead and cancelled jobs, at once and from attempt 1
  JobChange cancel(std::int64_t id);  // ready and scheduled jobs

  QueueStatus status();
  void set_paused(bool paused);  // mail only; survives a restart

  // Can a write be committed? Asked often, it looks at most once a second.
  bool is_ready();

 private:
  Storage& storage_;
  const Clock& clock_;

  std::mutex readiness_;
  Time checked_at_{};       // guarded by readiness_
  bool was_ready_ = false;  // guarded by readiness_
};

}  // namespace promotions
