// A dispatcher over a real database, with a clock that the test moves and handlers that it writes.
#pragma once

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "promotions/queue/dispatcher.h"
#include "support/event.h"
#include "support/fixed_random.h"
#include "support/log_capture.h"
#include "support/manual_clock.h"
#include "support/temp_folder.h"

namespace promotions {

inline JobResult result(JobResult::Kind kind, const std::string& reason = {},
                        std::optional<Millis> retry_after = {}) {
  return {kind, reason, retry_after};
}

// The lane is to blame, and not the job.
inline JobResult lane_trouble(const std::string& reason,
                              JobResult::Lane lane = JobResult::Lane::unwell) {
  return {JobResult::Kind::release, reason, {}, lane};
}

class DispatchOffice {
 public:
  DispatchOffice() { storage.emplace(StorageOptions{.path = folder.file("promotions.db")}); }
  ~DispatchOffice() { end(); }
  DispatchOffice(const DispatchOffice&) = delete;
  DispatchOffice& operator=(const DispatchOffice&) = delete;

  // Starts over, as after the end of a process.
  void reopen() {
    end();
    storage.reset();
    storage.emplace(StorageOptions{.path = folder.file("promotions.db")});
  }

  void handle(const std::string& kind, JobHandler handler) { handlers[kind] = std::move(handler); }

  void start() {
    handle("look", [this](const Job&) {
      looked_.happen();
      return JobResult{};
    });
    // Last, so that when its job runs the other lanes have got theirs.
    std::vector<LaneOptions> all = lanes;
    all.push_back({.name = "look"});
    dispatcher.emplace(*storage, clock, random, options, all, handlers);
    listener_ = storage->listen([this](const Effects& effects) {
      if (!effects.jobs_added) return;
      dispatcher->wake();
      jobs_committed.happen();
    });
    dispatcher->start();
  }

  std::int64_t enqueue(std::string_view kind, std::string_view lane = "mail",
                       int max_attempts = 3) {
    return storage->write([&](Stores& stores) {
      return stores.jobs.enqueue({.lane = lane, .kind = kind, .max_attempts = max_attempts},
                                 clock.now());
    });
  }

  Job job(std::int64_t id) {
    return storage->read([&](const Stores& stores) { return stores.jobs.find(id).value(); });
  }

  // Waits until a committed write has brought the job to `state`; only for the states that are
  // announced: ready and scheduled.
  bool comes_to(std::int64_t id, JobState state) {
    return jobs_committed.wait_until([&] { return job(id).state == state; });
  }

  // Moves the clock and has the dispatcher look at it.
  void advance(Millis by) {
    clock.advance(by);
    dispatcher->wake();
  }

  // Returns when every lane has been asked whether it has room, by the clock as it is now.
  bool looks() {
    // The first job may be claimed by a look that was under way already, the second cannot.
    for (int i = 0; i < 2; ++i) {
      const int before = looked_.count();
      enqueue("look", "look");
      if (!looked_.wait(before + 1)) return false;
    }
    return true;
  }

  bool stop() { return dispatcher->stop(std::chrono::duration_cast<Millis>(kDeadline)); }

  LogCapture log;
  TempFolder folder;
  ManualClock clock;
  FixedRandom random;
  DispatcherOptions options;
  std::vector<LaneOptions> lanes{{.name = "mail", .pausable = true}, {.name = "work"}};
  std::map<std::string, JobHandler> handlers;
  Event jobs_committed;
  std::optional<Storage> storage;
  std::optional<Dispatcher> dispatcher;

 private:
  void end() {
    listener_.reset();
    dispatcher.reset();
  }

  Event looked_;
  CommitListener listener_;
};

// A door that handlers wait at. Thread-safe.
class Door {
 public:
  void open() { opened_.happen(); }
  bool pass() const { return opened_.wait(); }

 private:
  Event opened_;
};

}  // namespace promotions
