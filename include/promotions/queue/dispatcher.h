// The dispatcher: claims due jobs, has worker threads run them, and stores what became of them. It
// knows nothing of what a job does.
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

// What one attempt of a job came to.
struct JobResult {
  enum class Kind {
    done,
    retry,    // later, after the policy's delay; dead if that was the last attempt
    fail,     // dead
    cancel,   // there is nothing left to do it for
    release,  // not the job's fault: back to ready, no attempt spent
  };
  // What it showed of its lane.
  enum class Lane {
    well,
    unwell,   // rests a little, then one job tries the way before the others follow
    crowded,  // goes on with fewer workers if others are at it; else as unwell
    doubted,  // the next job shows at once whether it is the lane's or this one's matter; as
              // stopped, if several in a row meet it
    stopped,  // as unwell, but only an operator can mend it: a longer rest and a loud log line
  };
  Kind kind = Kind::done;
  std::string reason;                 // one line for last_error; no address, token or password
  std::optional<Millis> retry_after;  // instead of the policy's delay
  Lane lane = Lane::well;
  bool in_doubt = false;  // of retry and fail: what the job does may have been done
  // Of release: if others are accepted before the job comes to the same again, it is its own matter
  // after all. Then an attempt is spent, and it fails with so many. 0: it cannot be.
  int attempts_if_own = 0;
  // Jobs that died of what turns out to be the lane's fault: ready again, as if not tried.
  std::vector<std::int64_t> take_back{};
};

using JobHandler = std::function<JobResult(const Job&)>;

// Workers of a kind. A lane's trouble stops only that lane.
struct LaneOptions {
  std::string name;
  int workers = 1;
  int rate_per_second = 0;  // jobs begun; 0: no limit
  bool pausable = false;    // does the operator's pause hold for it?
};

struct DispatcherOptions {
  RetryPolicy retry{};
  Millis lease = std::chrono::minutes(15);
  Millis keep_finished = std::chrono::hours(24);
  Millis lane_rest_min{5'000};  // after trouble, doubling up to
  Millis lane_rest_max{300'000};
  // Removes what others have no use for any more, some rows at a time, in the writes that remove
  // finished jobs. True: there is more.
  std::function<bool(Stores&, Time)> housekeeping{};
  // The priority of a job whose time has come, within the write that makes it ready. Absent: as
  // before.
  std::function<std::int64_t(Stores&, const Job&, Time)> priority_when_due{};
  JobHooks hooks{};
};

// Thread-safe after construction. Owns one keeping thread and each lane's workers.
class Dispatcher {
 public:
  Dispatcher(Storage& storage, const Clock& clock, Random& random, DispatcherOptions options,
             const std::vector<LaneOptions>& lanes, std::map<std::string, JobHandler> handlers);
  ~Dispatcher();  // stop() without patience

  // Takes back jobs that a former process was running, then begins.
  void start();

  // Something may have become ready. Cheap; never blocks for long.
  void wake();

  // Somebody may have mended what lanes rest or stop for: each tries the way now.
  void try_again();

  // Claims no more, waits up to `grace` for jobs in hand, puts back what was claimed and not begun.
  // False: some worker is still at it; the process should end without destroying the dispatcher.
  // May be called twice, and without start().
  bool stop(Millis grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace promotions
