// Jobs: the queue as rows. Every change of a claimed job names the lease it was claimed under; a
// change that finds another lease, or another state, does nothing and says so.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"

namespace promotions {

class DatabaseConnection;

enum class JobState { scheduled, ready, running, done, dead, cancelled };
inline constexpr std::array<JobState, 6> kJobStates{JobState::ready,   JobState::scheduled,
                                                    JobState::running, JobState::done,
                                                    JobState::dead,    JobState::cancelled};

std::string_view to_text(JobState state);
std::optional<JobState> parse_job_state(std::string_view text);

struct Job {
  std::int64_t id = 0;
  std::string lane;                // which workers run it
  std::string kind;                // what it does
  std::int64_t campaign_id = 0;    // 0: none
  std::int64_t subscriber_id = 0;  // 0: none
  std::int64_t argument = 0;       // what else it is about, as its kind says
  std::int64_t priority = 0;       // lower first
  std::int64_t flow = 0;           // whose it is, for who gives priorities; 0: nobody's
  JobState state = JobState::ready;
  int attempt = 0;  // attempts begun
  int max_attempts = 1;
  Time run_at;
  Time created_at;
  std::optional<Time> finished_at;
  std::int64_t lease = 0;  // the fencing token of the claim; 0: not claimed
  std::string last_error;
  bool in_doubt = false;  // some attempt may have been accepted, though nobody said so
  int lost_workers = 0;   // in a row, since an attempt last came to an end
};

// last_error, with what else is known of it, for people; empty: there was none.
std::string error_text(const Job& job);

// How a job came to its end.
enum class JobEnding {
  done,
  refused,      // for good
  exhausted,    // out of attempts
  in_doubt,     // may have been accepted, twice
  worker_lost,  // its last attempt took the worker with it
  cancelled,    // by an operator
  needless,     // there is nothing left to do it for
};

std::string_view to_text(JobEnding ending);
std::optional<JobEnding> parse_job_ending(std::string_view text);

struct NewJob {
  std::string_view lane;
  std::string_view kind;
  std::int64_t campaign_id = 0;
  std::int64_t subscriber_id = 0;
  std::int64_t argument = 0;  // what else it is about, as its kind says
  std::int64_t priority = 0;  // lower first
  std::int64_t flow = 0;      // whose it is, for who gives priorities; 0: nobody's
  int max_attempts = 1;
  std::optional<Time> run_at{};  // absent: at once
};

struct JobFilter {
  std::optional<JobState> state{};
  std::string kind{};      // empty: all
  std::int64_t after = 0;  // ids above it, or, newest first, below it; 0: from the beginning
  int limit = 100;
  bool newest_first = false;
};

// Jobs of one kind that are dead.
struct DeadJobs {
  std::string kind;
  std::int64_t count = 0;
  std::string newest_error;  // as error_text()
};

// Jobs that no worker has any more.
struct RescuedJobs {
  int ready = 0;            // so many run again
  std::vector<Job> buried;  // that was their last attempt
};

struct QueueCounts {
  std::array<std::int64_t, kJobStates.size()> by_state{};  // in the order of kJobStates
  std::optional<Time> oldest_ready;                        // since when it could have run
};

// One connection's view; not thread-safe. Functions that write are not const.
class JobStore {
 public:
  explicit JobStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<Job> find(std::int64_t id) const;
  std::vector<Job> list(const JobFilter& filter) const;
  // One that a campaign's next step waits for, in a lane with few jobs.
  std::optional<Job> unfinished(std::int64_t campaign_id, std::string_view lane) const;
  QueueCounts counts() const;
  std::vector<DeadJobs> dead_by_kind(std::string_view lane) const;
  std::optional<Time> last_done(std::string_view lane) const;
  std::optional<Time> next_run_at() const;  // of the scheduled

  // Of the ready job of a lane that comes first among those whose priority is at least `at_least`.
  std::optional<std::int64_t> first_ready_priority(std::string_view lane,
                                                   std::int64_t at_least) const;

  std::int64_t enqueue(const NewJob& job, Time now);

  // What is scheduled until `now`, the longest due first, at most `limit` jobs.
  std::vector<Job> due(Time now, int limit) const;
  // Makes a scheduled job ready.
  void promote(std::int64_t id, std::int64_t priority);
  // All that are scheduled become due that much earlier.
  void bring_forward(Millis by);

  // Claims ready jobs of a lane, in the order in which they are to run: each begins an attempt
  // under `lease` until `lease_end`. Not those in `skip`.
  std::vector<Job> claim(std::string_view lane, int limit, std::int64_t lease, Time lease_end,
                         const std::vector<std::int64_t>& skip = {});

  // The ends of an attempt. False: the lease was lost, nothing changed.
  bool complete(const Job& job, Time now);
  bool fail(const Job& job, std::string_view error, Time now);  // dead
  bool cancel_claimed(const Job& job, std::string_view reason, Time now);
  bool retry_later(const Job& job, std::string_view error, Time run_at);
  bool release(const Job& job,
               std::string_view error);  // back to ready; the attempt does not count
  // Before one of these ends, in the same write: the attempt may have been accepted.
  void mark_in_doubt(const Job& job);

  // Moves the end of a lease; nothing happens to jobs that are not running under it.
  void extend(std::int64_t lease, Time lease_end);

  // Jobs whose worker is gone: back to ready, or dead if that was their last attempt. `lease_end`
  // before `now`, or all running ones if `everything` (at start: no worker can be alive).
  RescuedJobs rescue(Time now, bool everything);

  // What operators may do. False: the job's state does not allow it.
  bool cancel(std::int64_t id, Time now);
  bool retry(std::int64_t id, Time now);  // from its first attempt

  // A dead job's last attempt is taken back: it is ready again, as if not tried. False: is not
  // dead.
  bool take_back(std::int64_t id);

  // A finished job stays until then, at least.
  void keep(std::int64_t id, Time until);
  // Removes jobs finished before `before`, at most `limit`; how many.
  int prune(Time before, int limit);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
