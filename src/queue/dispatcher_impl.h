// The inside of the dispatcher. The keeper thread is in keeper.cpp, everything else in
// dispatcher.cpp. Private to queue.
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

// An attempt that is over, but whose result is not stored yet.
struct FinishedAttempt {
  Lane* lane;
  Job job;
  JobResult result;
  bool has_run = true;  // false: the job was claimed, and is put back without having begun
};

// Whether the result of an attempt was stored.
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

  // Used by the keeper thread only, and by the writer's thread while the keeper waits for a write.
  // Once the keeper has ended, by stop().
  Time looked_at{};                        // the time of the last round
  Millis set_back_by{};                    // of the clock, and scheduled jobs have not followed yet
  Time pruned_at{};                        // when finished jobs were last removed
  bool prune_more = false;                 // there are more of them
  Time extended_at{};                      // when leases were last extended
  std::optional<Time> promote_at;          // when the next scheduled job is due
  bool may_be_ready = true;                // a ready job may wait in the database
  bool told_failure = false;               // the log says already that storage fails
  bool is_paused = false;                  // whether the queue was when last looked up
  std::vector<std::int64_t> to_take_back;  // ids of jobs whose end is still to be undone

  // Never held while a lane's mutex is taken, or storage is called.
  Mutex mutex;
  ConditionVariable changed;  // the keeper has something to do
  ConditionVariable over;     // the keeper must end
  std::vector<FinishedAttempt> finished GUARDED_BY(mutex);
  bool woken GUARDED_BY(mutex) = false;
  bool started GUARDED_BY(mutex) = false;
  bool stopping GUARDED_BY(mutex) = false;  // nothing more is claimed
  bool ended GUARDED_BY(mutex) = false;     // nothing more is stored

  std::thread keeper;
  std::vector<std::thread> workers;
};

}  // namespace promotions
