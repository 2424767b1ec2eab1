// The dispatcher's inside: its keeping thread is in keeper.cpp, all else in dispatcher.cpp. Private
// to queue.
#pragma once

#include <deque>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "promotions/base/mutex.h"
#include "promotions/queue/dispatcher.h"
#include "queue/lane.h"

namespace promotions {

// An attempt that is over and not yet stored.
struct FinishedAttempt {
  Lane* lane;
  Job job;
  JobResult result;
  bool has_run = true;  // false: claimed, and put back without having begun
};

// What became of storing it.
enum class StoringFate { failed, kept, lease_lost };

struct Dispatcher::Impl {
  Impl(Storage& storage_, const Clock& clock_, Random& random_, DispatcherOptions options_,
       const std::vector<LaneOptions>& lanes_, std::map<std::string, JobHandler> handlers_)
      : storage(storage_),
        clock(clock_),
        random(random_),
        options(std::move(options_)),
        handlers(std::move(handlers_)) {
    for (const LaneOptions& lane : lanes_) lanes.emplace_back(lane, options);
  }

  void rounds();
  Time round(bool was_woken);
  bool sleep_until(Time until, bool& was_woken);

  bool store_finished();
  void store_lanes();
  void take_back();
  void store_last();
  void log(const FinishedAttempt& one, StoringFate fate) const;

  void claim(const std::vector<int>& rooms, Time now);
  void look_at_clock(Time now);
  std::vector<int> ask_for_room(Time now);
  void maintain(Stores& stores, Time now);
  int rescue(Stores& stores, Time now, bool everything) const;
  std::vector<Job> claim_for(const Lane& lane, int room, std::int64_t lease, Stores& stores,
                             Time now) const;
  bool is_maintenance_due(Time now) const;
  Time next_wake();

  void work(Lane& lane);
  JobResult run(const Job& job) const;
  bool blame(Lane& lane, const Job& job, JobResult& result) const;
  void report(Lane& lane, const Job& job, const JobResult& result);
  void report_doubt(Lane& lane, const Job& job, const std::string& reason);
  void set_aside(Lane& lane, const Job& job, const JobResult& result);
  void report_trouble(Lane& lane, LaneState state, const std::string& reason);
  void report_crowd(Lane& lane, const std::string& reason);
  void put_back(Lane& lane, std::vector<Job> jobs);
  void finish(FinishedAttempt one);
  bool rest(Millis duration);
  void wake();

  // Constant after construction.
  Storage& storage;
  const Clock& clock;
  Random& random;
  const DispatcherOptions options;
  const std::map<std::string, JobHandler> handlers;
  std::deque<Lane> lanes;

  // Used by the keeping thread only.
  Time looked_at{};      // at the clock, in the last round
  Millis set_back_by{};  // the clock, and what is scheduled has not followed yet
  Time pruned_at{};
  bool prune_more = false;
  Time extended_at{};
  std::optional<Time> promote_at;          // when the next scheduled job is due
  bool may_be_ready = true;                // some ready job may wait in the database
  bool told_failure = false;               // of storage, in the log
  bool is_paused = false;                  // when it was last looked up
  std::vector<std::int64_t> to_take_back;  // jobs whose end is still to be taken back

  Mutex mutex;
  ConditionVariable changed;  // there is something to do
  ConditionVariable over;     // ended
  std::vector<FinishedAttempt> finished GUARDED_BY(mutex);
  bool woken GUARDED_BY(mutex) = false;
  bool started GUARDED_BY(mutex) = false;
  bool stopping GUARDED_BY(mutex) = false;  // nothing more is claimed
  bool ended GUARDED_BY(mutex) = false;     // nothing more is stored

  std::thread keeper;
  std::vector<std::thread> workers;
};

}  // namespace promotions
