// The state of one lane in memory: its claimed jobs, and how the lane is doing. Private to queue.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "promotions/base/mutex.h"
#include "promotions/queue/dispatcher.h"

namespace promotions {

// Thread-safe. The keeper thread puts jobs in, the lane's workers take them out.
//
// A job is "in hand" from put() until settled(): it waits, runs, or has a result that is not stored
// yet.
//
// After trouble the lane rests: no job begins until the rest is over, and then one job tries alone.
// If that is accepted, the others follow; else the lane rests again, and longer. Where it is not
// sure that a refusal was the lane's fault, the refused job is set aside, so that another one
// tries. If that one is accepted, the refused job is tried again; if it is refused again then, the
// refusal is its own matter.
class Lane {
 public:
  // Jobs in hand for each worker: enough that none idles while results and claims are committed.
  static constexpr int kAhead = 32;
  // How many results for each worker may wait to be stored. Beyond that, as when the disk is full,
  // no more jobs begin, because all of these would be done again after a crash.
  static constexpr int kUnsettled = 16;
  // How long a stopped lane rests. What only an operator can mend is not mended in seconds, and
  // each try may count against us.
  static constexpr Millis kStop = std::chrono::minutes(5);
  // How long to wait before trying one session more than the server has taken.
  static constexpr Millis kWidenEvery = std::chrono::minutes(3);
  // A job that was accepted within this time shows that the lane is well.
  static constexpr Millis kLately = std::chrono::minutes(10);
  // How many jobs may be set aside. If there are more, the one whose time comes first is forgotten.
  static constexpr std::size_t kMostAside = 256;
  // If so many jobs in a row are refused for an unclear reason, it counts as the lane's fault. One
  // or two may be refused for something of their own.
  static constexpr std::size_t kMostDoubted = 3;

  Lane(const LaneOptions& options, const DispatcherOptions& limits)
      : options_(options), limits_(limits), sessions_(options.workers) {}

  const LaneOptions& options() const { return options_; }

  // ---- for the keeper thread

  // How many jobs may be claimed at `now`. If a rest or the rate bounds that, room_again_at() says
  // when to ask again.
  int room(Time now);
  std::optional<Time> room_again_at() const;
  // Takes in jobs that were claimed. If the lane has come to rest or was closed meanwhile, takes
  // none of them and returns false.
  bool put(const std::vector<Job>& jobs, Time now);
  std::set<std::int64_t> leases() const;  // of all jobs in hand
  // True if a job that was set aside shall try the lane when there is no other one.
  bool tries_with_any() const;
  // Ids of jobs that are set aside: they were refused, and others may not be, so others go first.
  std::vector<std::int64_t> aside(Time now) const;
  // When the next of them may be claimed like other jobs.
  std::optional<Time> aside_until() const;
  // Ends the waits of those whose time has come. Returns true if any job may be claimed again since
  // the last call.
  bool readmits(Time now);

  // ---- for workers

  // Waits for a job that may begin. Returns nullopt once the lane is closed.
  std::optional<Job> take();
  // The job has run, and its result has been handed over.
  void ran(std::int64_t id);
  // For the keeper thread again: the job's result is stored, so the job is out of hand.
  void settled(const Job& job);

  // ---- the lane's health, as the results of its jobs show it; called before ran()

  // The server has dealt with the job, and `accepted` says whether it took it. Only a job that is
  // taken ends a stop. A job that began before the trouble says nothing about what came after.
  void went_well(const Job& job, Time now, bool accepted);
  // Lets the lane rest, longer each time in a row. Returns until when.
  Time rest(Time now, LaneState state, const std::string& reason, Random& random);
  // Goes on with one session less, and tries one more later. Returns how many are left. If no other
  // session works, their number is not the reason: changes nothing and returns nullopt.
  std::optional<int> narrow(Time now);
  // The job was refused, and another one must show whose fault that is; at once, if some were
  // accepted since the last trouble. Returns until when the lane rests. If kMostDoubted jobs were
  // refused like that, with none accepted in between, it is the lane's fault: returns nullopt, and
  // the lane's state stays as it was.
  std::optional<Time> doubt(std::int64_t job, Time now, const std::string& reason, Random& random);
  // What it takes to prove that a refusal is the job's own matter.
  enum class Proof {
    accepted_since,  // others were accepted since this job was last refused
    accepted_lately  // or others were accepted within kLately; once proven, it stays so
  };
  // The job was refused. Returns true if that is its own matter, and says nothing about the lane.
  // With accepted_lately, kMostDoubted refusals with none accepted in between are never so.
  bool blames_job(std::int64_t job, Time now, Proof proof);
  // Lets others go first, until one of them is accepted. If the job was refused again after that,
  // it waits for a time that begins when the rest ends, and is longer each time.
  void set_aside(std::int64_t job, Time now, Random& random);
  // Forgets that the job was set aside.
  void forget(std::int64_t job);
  // Somebody may have mended the trouble: one job tries now, and until then the lane counts as
  // working.
  void end_rest();

  // The lane's status, as it is to be stored; nullopt if it is stored already.
  std::optional<LaneStatus> unstored_status() const;
  LaneStatus status() const;
  void stored(const LaneStatus& status);  // this one is stored now

  // Takes out the jobs that have not begun. They stay in hand until they are settled.
  std::vector<Job> drain();

  void close();  // take() returns nullopt from now on
  // Waits until no job is running. Returns false if one still is after `grace`.
  bool wait_idle(Millis grace);

 private:
  // Also over if the clock was set back to before it began (by more than kClockSlack), because it
  // was meant to be short.
  struct Wait {
    Time from;
    Time until;
    bool is_over(Time now) const { return now >= until || now + kClockSlack < from; }
  };

  struct Aside {
    int times = 0;                  // how often it was refused, with others accepted in between
    std::int64_t acceptances = -1;  // acceptances_ as it was when the job was last refused
    bool is_own = false;            // proven: the refusal is the job's own matter
    std::optional<Wait> wait;       // absent: it is over, and the job may be claimed like others
  };

  bool may_begin() const REQUIRES(mutex_);
  LaneStatus current_status() const REQUIRES(mutex_);
  void widen(Time now) REQUIRES(mutex_);
  void accept(Time now) REQUIRES(mutex_);
  void work_again() REQUIRES(mutex_);
  std::optional<Time> first_aside() const REQUIRES(mutex_);

  const LaneOptions options_;
  const DispatcherOptions& limits_;

  mutable Mutex mutex_;
  ConditionVariable ready_;  // a job may begin, or the lane is closed
  ConditionVariable idle_;   // no job is running
  std::deque<Job> waiting_ GUARDED_BY(mutex_);
  // One for each job in hand; the jobs of one claim have the same.
  std::multiset<std::int64_t> leases_ GUARDED_BY(mutex_);
  // Ids of running jobs, each with `episode_` as it was when the job began.
  std::map<std::int64_t, int> running_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  int troubles_ GUARDED_BY(mutex_) = 0;            // in a row; while there are, one job tries alone
  int episode_ GUARDED_BY(mutex_) = 0;             // how many rests there were so far
  bool has_delivered_ GUARDED_BY(mutex_) = false;  // a job was accepted since the last trouble
  LaneState state_ GUARDED_BY(mutex_) = LaneState::working;
  std::string reason_ GUARDED_BY(mutex_);
  std::optional<Time> since_ GUARDED_BY(mutex_);
  std::optional<Wait> rest_ GUARDED_BY(mutex_);   // after trouble
  std::optional<Wait> pace_ GUARDED_BY(mutex_);   // until the rate allows more
  int sessions_ GUARDED_BY(mutex_);               // how many workers may run jobs at the same time
  std::optional<Wait> widen_ GUARDED_BY(mutex_);  // until there may be one more
  // The last trouble may have been one job's own matter.
  bool is_in_doubt_ GUARDED_BY(mutex_) = false;
  std::set<std::int64_t> doubted_ GUARDED_BY(mutex_);  // ids of such jobs, since one was accepted
  std::map<std::int64_t, Aside> aside_ GUARDED_BY(mutex_);  // by id
  std::int64_t acceptances_ GUARDED_BY(mutex_) = 0;         // jobs accepted so far
  std::optional<Time> accepted_at_ GUARDED_BY(mutex_);      // when one was last accepted
  bool has_readmitted_ GUARDED_BY(mutex_) = false;          // since the last call of readmits()
  std::optional<LaneStatus> stored_ GUARDED_BY(mutex_);
};

}  // namespace promotions
