// One lane's state in memory: what is claimed and waits for a worker, and how the lane is doing.
// Private to queue.
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

// Thread-safe. The keeping thread puts jobs in, the lane's workers take them out.
class Lane {
 public:
  // Jobs in hand for each worker: so many that none idles while results and claims are committed.
  static constexpr int kAhead = 32;
  // Results for each worker that may wait to be stored. Beyond it, as when the disk is full,
  // nothing more is begun: all of these would be done again after a crash.
  static constexpr int kUnsettled = 16;
  // What only an operator can mend is not mended in seconds, and each try may count against us.
  static constexpr Millis kStop = std::chrono::minutes(5);
  // Until one session more is tried than a server took.
  static constexpr Millis kWidenEvery = std::chrono::minutes(3);
  // A job that was accepted so long ago says that the lane is well.
  static constexpr Millis kLately = std::chrono::minutes(10);
  // Jobs set aside; beyond it those whose time comes first are not.
  static constexpr std::size_t kMostAside = 256;
  // Jobs that are refused one after the other, and nobody knows whose fault it is, before it counts
  // as the lane's: one or two may have something of their own.
  static constexpr std::size_t kMostDoubted = 3;

  Lane(const LaneOptions& options, const DispatcherOptions& limits)
      : options_(options), limits_(limits), sessions_(options.workers) {}

  const LaneOptions& options() const { return options_; }

  // For the keeping thread: how many jobs may be claimed at `now`, and, if a rest or the rate
  // bounds that, when to ask again.
  int room(Time now);
  std::optional<Time> room_again_at() const;
  // Takes in what was claimed. False: the lane came to rest or was closed meanwhile, and nothing
  // was taken.
  bool put(const std::vector<Job>& jobs, Time now);
  std::set<std::int64_t> leases() const;  // of all jobs in hand
  // Is the way to be tried with a job that was set aside, where there is no other one?
  bool tries_with_any() const;
  // Ids of jobs that others go before: they were refused, and others may not be.
  std::vector<std::int64_t> aside(Time now) const;
  // When the next of them may be claimed like others.
  std::optional<Time> aside_until() const;
  // Ends what is over of that. False: nothing was since it was last asked.
  bool readmits(Time now);

  // For workers: waits for a job that may begin; nullopt once the lane is closed.
  std::optional<Job> take();
  void ran(std::int64_t id);  // the job has
  // Its result is stored: the job is out of hand.
  void settled(const Job& job);

  // The lane's health, from the results of its jobs, told before ran().
  //
  // The server had to do with the job, and took it if `accepted`. Only that ends a stop. What was
  // begun before the trouble says nothing.
  void went_well(const Job& job, Time now, bool accepted);
  // Rests, longer each time in a row. Returns until when.
  Time rest(Time now, LaneState state, const std::string& reason, Random& random);
  // Goes on with one session less, and tries one more later. Returns how many are left; nullopt,
  // and nothing changed: no other one works, so this is no matter of their number.
  std::optional<int> narrow(Time now);
  // The job was refused, and another one shows whose fault that is: at once, if some were accepted
  // since the last trouble. Returns until when the lane rests. nullopt: it is the lane's, for so
  // many others were refused like that, and none accepted between; nothing changed.
  std::optional<Time> doubt(std::int64_t job, Time now, const std::string& reason, Random& random);
  // How sure it must be that a refusal is the job's own matter.
  enum class Proof {
    accepted_since,  // others were accepted since it was refused before
    accepted_lately  // or not long before it was refused first; once proven it stays so
  };
  // The job was refused. True: it is its own matter, and says nothing of the lane. Never, where so
  // many others were refused with none accepted between that it is the lane's.
  bool blames_job(std::int64_t job, Time now, Proof proof);
  // Others go first, until one of them was accepted. If the job is refused again then, it waits
  // from the end of the rest on, longer each time.
  void set_aside(std::int64_t job, Time now, Random& random);
  // Nothing is remembered of it any more.
  void forget(std::int64_t job);
  // Somebody may have mended it: the way is tried now, and until then counts as good.
  void end_rest();

  // How it is doing; nullopt if that is stored.
  std::optional<LaneStatus> unstored_status() const;
  LaneStatus status() const;
  void stored(const LaneStatus& status);

  // What was claimed and not begun, taken back out; still in hand until it is settled.
  std::vector<Job> drain();

  void close();                  // take() returns nullopt from now on
  bool wait_idle(Millis grace);  // until no worker has a job in hand

 private:
  // Over, too, once the clock has been set back: it was meant to be short.
  struct Wait {
    Time from;
    Time until;
    bool is_over(Time now) const { return now >= until || now + kClockSlack < from; }
  };

  struct Aside {
    int times = 0;                  // refused while others were accepted in between
    std::int64_t acceptances = -1;  // as they were when it was last refused
    bool is_own = false;            // that it is refused is its own matter
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
  ConditionVariable ready_;
  ConditionVariable idle_;
  std::deque<Job> waiting_ GUARDED_BY(mutex_);
  // Of jobs that wait, run, or have a result not yet stored.
  std::multiset<std::int64_t> leases_ GUARDED_BY(mutex_);
  // Ids, and `episode_` as it was when they began.
  std::map<std::int64_t, int> running_ GUARDED_BY(mutex_);
  bool closed_ GUARDED_BY(mutex_) = false;
  int troubles_ GUARDED_BY(mutex_) = 0;            // in a row
  int episode_ GUARDED_BY(mutex_) = 0;             // rests so far
  bool has_delivered_ GUARDED_BY(mutex_) = false;  // since the last trouble
  LaneState state_ GUARDED_BY(mutex_) = LaneState::working;
  std::string reason_ GUARDED_BY(mutex_);
  std::optional<Time> since_ GUARDED_BY(mutex_);
  std::optional<Wait> rest_ GUARDED_BY(mutex_);   // after trouble
  std::optional<Wait> pace_ GUARDED_BY(mutex_);   // until the rate allows more
  int sessions_ GUARDED_BY(mutex_);               // so many workers may be at it
  std::optional<Wait> widen_ GUARDED_BY(mutex_);  // until one more may
  // The last trouble may have been one job's own matter.
  bool is_in_doubt_ GUARDED_BY(mutex_) = false;
  std::set<std::int64_t> doubted_ GUARDED_BY(mutex_);  // such jobs, since one was accepted
  std::map<std::int64_t, Aside> aside_ GUARDED_BY(mutex_);
  std::int64_t acceptances_ GUARDED_BY(mutex_) = 0;
  std::optional<Time> accepted_at_ GUARDED_BY(mutex_);  // the last one
  bool has_readmitted_ GUARDED_BY(mutex_) = false;
  std::optional<LaneStatus> stored_ GUARDED_BY(mutex_);
};

}  // namespace promotions
