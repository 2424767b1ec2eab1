// What operators can see of the queue, and do to it.
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

// Where this process sends its mails.
struct MailRoute {
  std::string server;     // Transport::description()
  int open_sessions = 0;  // at the time of the call
  int most_sessions = 1;  // as configured
};

struct QueueStatus {
  bool paused = false;
  QueueCounts counts;
  std::int64_t oldest_ready_seconds = 0;  // how long the oldest ready job waits; 0: none does
  std::vector<LaneStatus> lanes;
  std::optional<MailRoute> mail;  // absent: this process sends no mail
  // Since the last mail was accepted; absent: no job of one is kept any more.
  std::optional<std::int64_t> seconds_since_accepted;
  // Is this lane held by the operator's pause?
  bool holds(const LaneStatus& lane) const;
};

// Chooses among dead jobs; what is empty matches all.
struct DeadFilter {
  std::string kind;
  std::string error;  // a part of error_text(), in any case
};

// Thread-safe. Functions that write return after the commit; all functions but unready_because()
// may throw Overloaded and StorageUnavailable.
class Queue {
 public:
  // `hooks` are called within the writes that cancel or revive jobs. `on_mended` is called after an
  // operator has asked for another try: the reason why lanes rest or have stopped may be gone.
  // `mail` is called by each status(). The last two are called on the caller's thread.
  Queue(Storage& storage, const Clock& clock, JobHooks hooks = {},
        std::function<void()> on_mended = {}, std::function<std::optional<MailRoute>()> mail = {})
      : storage_(storage),
        clock_(clock),
        hooks_(std::move(hooks)),
        on_mended_(std::move(on_mended)),
        mail_(std::move(mail)) {}

  std::vector<Job> list(const JobFilter& filter);
  std::optional<Job> find(std::int64_t id);
  // Makes a scheduled, dead or cancelled job ready at once, with all of its attempts.
  JobChange retry(const Principal& who, std::int64_t id);
  // The same for dead jobs, in short writes. Returns how many were made ready.
  std::int64_t retry_all(const Principal& who, const DeadFilter& filter);
  // Cancels a ready or scheduled job.
  JobChange cancel(const Principal& who, std::int64_t id);

  QueueStatus status();
  // Pauses or resumes mail only; survives a restart. Resuming also ends the rests of lanes.
  void set_paused(const Principal& who, bool paused);

  // Why a sign-up would be refused now, in words that may be published; nullopt if it would be
  // stored. Tries a write. While the result is "ready", it does so at most once a second, or when
  // another write was refused since.
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
  std::string unready_because_ GUARDED_BY(readiness_);  // the last reason; empty: ready
};

}  // namespace promotions
