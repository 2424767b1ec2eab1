// The dispatcher: claims jobs that are ready, runs them on worker threads, and stores the results.
// It does not know what a job does.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/random.h"
#include "promotions/queue/job_hooks.h"
#include "promotions/queue/retry_policy.h"
#include "promotions/storage/storage.h"

namespace promotions {

// How one attempt of a job has ended.
struct JobResult {
  enum class Kind {
    done,
    retry,    // later, after the policy's delay; dead if that was the last attempt
    fail,     // dead
    cancel,   // the job has lost its purpose
    release,  // not the job's fault: back to ready, and the attempt does not count
  };
  // What the attempt has shown about its lane.
  enum class Lane {
    well,
    unwell,   // rests a little; then one job tries alone before the others follow
    crowded,  // goes on with one worker less if others are working; else as unwell
    doubted,  // the fault is the lane's or this job's, and the next job shows at once which; as
              // stopped, if several jobs in a row end so
    stopped,  // as unwell, but only an operator can mend it: a longer rest, and an error in the log
  };
  Kind kind = Kind::done;
  std::string reason;                 // one line for last_error; no address, token or password
  std::optional<Millis> retry_after;  // instead of the policy's delay
  Lane lane = Lane::well;
  bool in_doubt = false;  // with retry and fail: the job's work may have been done nevertheless
  // With release: if other jobs are accepted before this one meets the same refusal again, the
  // refusal is about this job after all. Then the attempt counts, and the job fails after so many.
  // 0: it cannot be about the job.
  int attempts_if_own = 0;
  // Ids of jobs that have failed for what turns out to be the lane's fault. They become ready
  // again, as if their last attempt had not been made.
  std::vector<std::int64_t> take_back{};
};

using JobHandler = std::function<JobResult(const Job&)>;

// A lane has jobs and workers of its own. Its trouble does not stop other lanes.
struct LaneOptions {
  std::string name;
  int workers = 1;
  int rate_per_second = 0;  // at most so many jobs begin in a second; 0: no limit
  bool pausable = false;    // whether the operator's pause stops it
};

struct DispatcherOptions {
  RetryPolicy retry{};
  Millis lease = std::chrono::minutes(15);  // of a claim; extended while the job is in hand
  Millis keep_finished = std::chrono::hours(24);
  Millis lane_rest_min{5'000};    // the first rest after trouble; each further one is twice as long
  Millis lane_rest_max{300'000};  // but not longer than this
  // Removes other rows that are of no use any more, some at a time, within the writes that remove
  // finished jobs (on the writer's thread). Returns true if there is more to remove.
  std::function<bool(Stores&, Time)> housekeeping{};
  // Returns the priority of a scheduled job whose time has come, within the write that makes it
  // ready (on the writer's thread). If absent, the job keeps its priority.
  std::function<std::int64_t(Stores&, const Job&, Time)> priority_when_due{};
  JobHooks hooks{};
};

// Thread-safe after construction. Owns the keeper thread and the workers of each lane.
class Dispatcher {
 public:
  // Borrows `storage`, `clock` and `random`, which must be thread-safe. `handlers`, by kind of job,
  // run on the workers' threads. If one throws, its job is retried.
  Dispatcher(Storage& storage, const Clock& clock, Random& random, DispatcherOptions options,
             const std::vector<LaneOptions>& lanes, std::map<std::string, JobHandler> handlers);
  ~Dispatcher();  // stops, and waits for running jobs however long they take

  // Takes back jobs that a former process was running, then starts the threads. Throws what
  // Storage::write() throws.
  void start();

  // Call it when a job may have become ready. Cheap; never blocks for long.
  void wake();

  // Call it when somebody may have mended what made lanes rest or stop: each of them tries again
  // now.
  void try_again();

  // Claims no more jobs, puts back those that were claimed but have not begun, and waits up to
  // `grace` for those that are running (0: without limit). Returns false if a worker is still
  // running a job; the process should then end without destroying the dispatcher. May be called
  // twice, and without start().
  bool stop(Millis grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace promotions
