// Jobs: the queue as rows. Every change of a claimed job names the lease under which it was
// claimed. If the job has another lease or state by now, the change does nothing, and the functions
// that end an attempt return false.
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
  std::int64_t argument = 0;       // what else it is about; its kind defines the meaning
  std::int64_t priority = 0;       // lower first
  std::int64_t flow = 0;           // the client it belongs to, for giving priorities; 0: none
  JobState state = JobState::ready;
  int attempt = 0;  // attempts begun
  int max_attempts = 1;
  Time run_at;
  Time created_at;
  std::optional<Time> finished_at;
  std::int64_t lease = 0;  // the fencing token of the claim; 0: not claimed
  std::string last_error;
  bool in_doubt = false;  // an attempt may have been accepted, though no answer came
  int lost_workers = 0;   // workers lost in a row, since an attempt last came to an end
};

// last_error for people to read, with a remark if the job is in doubt or has lost its worker. Empty
// if there was no error.
std::string error_text(const Job& job);

// How a job came to its end.
enum class JobEnding {
  done,
  refused,      // permanently
  exhausted,    // out of attempts
  in_doubt,     // the last attempt may have been accepted, and no other one is made
  worker_lost,  // the worker was lost during the last attempt
  cancelled,    // by an operator
  needless,     // it has lost its purpose
};

std::string_view to_text(JobEnding ending);
std::optional<JobEnding> parse_job_ending(std::string_view text);

struct NewJob {
  std::string_view lane;
  std::string_view kind;
  std::int64_t campaign_id = 0;
  std::int64_t subscriber_id = 0;
  std::int64_t argument = 0;  // as Job::argument
  std::int64_t priority = 0;  // lower first
  std::int64_t flow = 0;      // as Job::flow
  int max_attempts = 1;
  std::optional<Time> run_at{};  // absent: at once
};

struct JobFilter {
  std::optional<JobState> state{};
  std::string kind{};      // empty: all
  std::int64_t after = 0;  // only ids above it, or below it if newest_first; 0: no bound
  int limit = 100;
  bool newest_first = false;
};

// The dead jobs of one kind.
struct DeadJobs {
  std::string kind;
  std::int64_t count = 0;
  std::string newest_error;  // as error_text()
};

// Jobs that were taken back because their worker is gone.
struct RescuedJobs {
  int ready = 0;            // how many run again
  std::vector<Job> buried;  // those that are dead now, since it was their last attempt
};

struct QueueCounts {
  std::array<std::int64_t, kJobStates.size()> by_state{};  // in the order of kJobStates
  std::optional<Time> oldest_ready;                        // since when a ready job has waited
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class JobStore {
 public:
  explicit JobStore(DatabaseConnection& connection) : connection_(connection) {}

  std::optional<Job> find(std::int64_t id) const;
  std::vector<Job> list(const JobFilter& filter) const;
  // A job of the campaign in this lane that is ready, scheduled or running; nullopt if there is
  // none. Only for lanes with few jobs, since it looks through them.
  std::optional<Job> unfinished(std::int64_t campaign_id, std::string_view lane) const;
  QueueCounts counts() const;
  std::vector<DeadJobs> dead_by_kind(std::string_view lane) const;
  std::optional<Time> last_done(std::string_view lane) const;  // when a job was last done
  std::optional<Time> next_run_at() const;                     // of the first scheduled job

  // The lowest priority among the ready jobs of a lane that is at least `at_least`; nullopt if no
  // job has such a one.
  std::optional<std::int64_t> first_ready_priority(std::string_view lane,
                                                   std::int64_t at_least) const;

  // Adds a job, which is scheduled if its run_at is after `now` and ready otherwise. Returns its
  // id.
  std::int64_t enqueue(const NewJob& job, Time now);

  // Up to `limit` scheduled jobs whose time has come by `now`, those that have been due longest
  // first.
  std::vector<Job> due(Time now, int limit) const;
  void set_argument(std::int64_t id, std::int64_t argument);
  // Makes a scheduled job ready.
  void promote(std::int64_t id, std::int64_t priority);
  // Makes all scheduled jobs due that much earlier.
  void bring_forward(Millis by);

  // Claims up to `limit` ready jobs of a lane, but none of those in `skip`, and returns them in the
  // order in which they are to run. Each begins an attempt under the fencing token `lease`, until
  // `lease_end`.
  std::vector<Job> claim(std::string_view lane, int limit, std::int64_t lease, Time lease_end,
                         const std::vector<std::int64_t>& skip = {});

  // Each of these ends an attempt. They return false if the lease was lost; nothing has changed
  // then.
  bool complete(const Job& job, Time now);
  bool fail(const Job& job, std::string_view error, Time now);  // dead
  bool cancel_claimed(const Job& job, std::string_view reason, Time now);
  bool retry_later(const Job& job, std::string_view error, Time run_at);
  bool release(const Job& job,
               std::string_view error);  // back to ready; the attempt does not count
  // Notes that the attempt may have been accepted. Call it before one of the functions above, in
  // the same write.
  void mark_in_doubt(const Job& job);

  // Moves the end of a lease, for the jobs that are running under it.
  void extend(std::int64_t lease, Time lease_end);

  // Takes back jobs whose worker is gone: they become ready again, or dead if it was their last
  // attempt. These are the running jobs whose lease ended before `now`, or all running jobs if
  // `everything` (at the start, when no worker can be alive).
  RescuedJobs rescue(Time now, bool everything);

  // What operators may do. Both return false if the job's state does not allow it.
  bool cancel(std::int64_t id, Time now);
  bool retry(std::int64_t id, Time now);  // at once, beginning with the first attempt

  // Undoes the last attempt of a dead job: it is ready again, as if that attempt had not been made.
  // Returns false if the job is not dead.
  bool take_back(std::int64_t id);

  // Keeps a finished job from being pruned until then.
  void keep(std::int64_t id, Time until);
  // Removes up to `limit` jobs that finished before `before`, and returns how many it removed.
  int prune(Time before, int limit);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
