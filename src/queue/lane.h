// One lane's state in memory: what is claimed and waits for a worker, and how the lane is doing.
// Private to queue.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>

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

  Lane(const LaneOptions& options, const DispatcherOptions& limits)
      : options_(options), limits_(limits) {}

  const LaneOptions& options() const { return options_; }

  // For the keeping thread: how many jobs may be claimed at `now`, and, if a rest or the rate
  // bounds that, when to ask again.
  int room(Time now);
  std::optional<Time> room_again_at() const;
  // Takes in what was claimed. False: the lane came to rest or was closed meanwhile, and nothing
  // was taken.
  bool put(const std::vector<Job>& jobs, Time now);
  std::set<std::int64_t> leases() const;  // of all jobs in hand

  // For workers: waits for a job that may begin; nullopt once the lane is closed.
  std::optional<Job> take();
  void ran();  // the job has
  // Its result is stored: the job is out of hand.
  void settled(const Job& job);

  // The lane's health, from the results of its jobs.
  void succeeded();
  // Rests, longer each time in a row; for `at_least` if that is longer. Returns until when.
  Time rest(Time now, Millis at_least, Random& random);
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

  bool may_begin() const;  // under mutex_

  const LaneOptions options_;
  const DispatcherOptions& limits_;

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable idle_;
  std::deque<Job> waiting_;             // guarded by mutex_, as all below
  std::multiset<std::int64_t> leases_;  // of jobs that wait, run, or have a result not yet stored
  std::size_t running_ = 0;
  bool closed_ = false;
  int troubles_ = 0;          // in a row
  std::optional<Wait> rest_;  // after trouble
  std::optional<Wait> pace_;  // until the rate allows more
};

}  // namespace promotions
