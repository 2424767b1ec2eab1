// What operators can see of the queue and do to it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/mutex.h"
#include "promotions/manager/principal.h"
#include "promotions/queue/job_hooks.h"
#include "promotions/storage/storage.h"

namespace promotions {

enum class JobChange { changed, no_such_job, wrong_state };

// The way that mails of this process take.
struct MailRoute {
  std::string server;     // as people name it
  int open_sessions = 0;  // now
  int most_sessions = 1;
};

struct QueueStatus {
  bool paused = false;
  QueueCounts counts;
  std::int64_t oldest_ready_seconds = 0;
  std::vector<LaneStatus> lanes;
  std::optional<MailRoute> mail;                       // absent: this process sends none
  std::optional<std::int64_t> seconds_since_accepted;  // a mail; absent: not for long
  // Does the operator's pause hold this lane?
  bool holds(const LaneStatus& lane) const;
};

// Which dead jobs are meant; empty: all.
struct DeadFilter {
  std::string kind;
  std::string error;  // a part of error_text(), whatever its case
};

// Thread-safe.
class Queue {
 public:
  // `hooks`: told of what operators do to jobs. `on_mended`: an operator wants it tried again, so
  // whatever made lanes rest may be mended. `mail`: asked for each status().
  Queue(Storage& storage, const Clock& clock, JobHooks hooks = {},
        std::function<void()> on_mended = {}, std::function<std::optional<MailRoute>()> mail = {})
      : storage_(storage),
        clock_(clock),
        hooks_(std::move(hooks)),
        on_mended_(std::move(on_mended)),
        mail_(std::move(mail)) {}

  std::vector<Job> list(const JobFilter& filter);
  std::optional<Job> find(std::int64_t id);
  // Scheduled, dead and cancelled jobs: they run at once, from attempt 1.
  JobChange retry(const Principal& who, std::int64_t id);
  // Dead ones, in short writes; how many.
  std::int64_t retry_all(const Principal& who, const DeadFilter& filter);
  JobChange cancel(const Principal& who, std::int64_t id);  // ready and scheduled jobs

  QueueStatus status();
  // Mail only; survives a restart. Going on ends the rests of lanes, too.
  void set_paused(const Principal& who, bool paused);

  // Why a sign-up would be refused now, in words for everybody; nullopt: it would not. Asked often,
  // it looks at most once a second, but for when a write was refused since.
  std::optional<std::string> unready_because();

 private:
  bool revive(Stores& stores, const Job& job) const;
  void say_mended() const;

  Storage& storage_;
  const Clock& clock_;
  const JobHooks hooks_;
  const std::function<void()> on_mended_;
  const std::function<std::optional<MailRoute>()> mail_;

  Mutex readiness_;
  Time checked_at_ GUARDED_BY(readiness_){};
  bool was_ready_ GUARDED_BY(readiness_) = false;
  std::uint64_t refused_by_then_ GUARDED_BY(readiness_) = 0;
  std::string unready_because_ GUARDED_BY(readiness_);  // as it was logged
};

}  // namespace promotions
