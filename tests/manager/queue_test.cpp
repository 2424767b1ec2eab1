#include "promotions/manager/queue.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "support/catch.h"
#include "support/log_capture.h"
#include "support/manual_clock.h"
#include "support/principals.h"
#include "support/temp_folder.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct Control {
  std::int64_t enqueue(std::string_view kind = "test") {
    return storage.write([&](Stores& stores) {
      return stores.jobs.enqueue({.lane = "mail", .kind = kind, .max_attempts = 3}, clock.now());
    });
  }
  Job claim() {
    return storage.write([&](Stores& stores) {
      return stores.jobs.claim("mail", 1, 1, clock.now() + Millis{1000}).front();
    });
  }

  LogCapture log;
  TempFolder folder;
  ManualClock clock;
  Storage storage{StorageOptions{.path = folder.file("promotions.db")}};
  Queue queue{storage, clock};
};

}  // namespace

TEST_CASE("queue manager: retries and cancels, and says why not", "[manager]") {
  Control control;
  const std::int64_t id = control.enqueue();
  CHECK(control.queue.retry(kOwner, id) == JobChange::wrong_state);  // it is ready already
  CHECK(control.queue.cancel(kOwner, id) == JobChange::changed);
  CHECK(control.queue.cancel(kOwner, id) == JobChange::wrong_state);
  CHECK(control.queue.find(id).value().state == JobState::cancelled);
  control.clock.advance(Millis{5});
  CHECK(control.queue.retry(kOwner, id) == JobChange::changed);
  CHECK(control.queue.find(id).value().state == JobState::ready);
  CHECK(control.queue.find(id).value().run_at == control.clock.now());
  control.claim();
  CHECK(control.queue.cancel(kOwner, id) == JobChange::wrong_state);
  CHECK(control.queue.retry(kOwner, id) == JobChange::wrong_state);
  CHECK(control.queue.retry(kOwner, id + 1) == JobChange::no_such_job);
  CHECK(control.queue.cancel(kOwner, id + 1) == JobChange::no_such_job);
  CHECK_FALSE(control.queue.find(id + 1));
}

TEST_CASE("queue manager: brings back the dead that are meant, and says how many", "[manager]") {
  Control control;
  int revived = 0;
  int mended = 0;
  Queue queue(control.storage, control.clock, {{}, [&](Stores&, const Job&, Time) { ++revived; }},
              [&] { ++mended; });
  const auto die = [&](const char* kind, const char* error) {
    const std::int64_t id = control.enqueue(kind);
    const Job job = control.claim();
    control.storage.write(
        [&](Stores& stores) { return stores.jobs.fail(job, error, control.clock.now()); });
    return id;
  };
  const std::int64_t quota = die("winner", "550 5.4.5 Daily quota exceeded");
  const std::int64_t gone = die("winner", "550 5.1.1 no such user");
  const std::int64_t other = die("receipt", "550 5.4.5 daily QUOTA exceeded");
  CHECK(queue.retry_all(kOwner, {"seal", ""}) == 0);
  CHECK(queue.retry_all(kOwner, {"", "virus"}) == 0);
  CHECK(mended == 0);
  CHECK(queue.retry_all(kOwner, {"winner", "quota"}) == 1);
  CHECK(queue.find(quota).value().state == JobState::ready);
  CHECK(queue.find(quota).value().attempt == 0);
  CHECK(queue.find(other).value().state == JobState::dead);
  CHECK(queue.retry_all(kOwner, {"", "quota"}) == 1);
  CHECK(queue.find(gone).value().state == JobState::dead);
  CHECK(queue.retry_all(kOwner, {}) == 1);
  CHECK(queue.retry_all(kOwner, {}) == 0);
  CHECK(revived == 3);
  CHECK(mended == 3);
}

TEST_CASE("queue manager: brings back more than one write takes", "[manager]") {
  constexpr int kMany = 1'203;
  Control control;
  control.storage.write([&](Stores& stores) {
    for (int i = 0; i < kMany; ++i) {
      stores.jobs.enqueue({.lane = "mail", .kind = "test"}, control.clock.now());
    }
    for (const Job& job : stores.jobs.claim("mail", kMany, 1, control.clock.now())) {
      stores.jobs.fail(job, "550", control.clock.now());
    }
  });
  CHECK(control.queue.retry_all(kOwner, {}) == kMany);
  CHECK(control.queue.status().counts.by_state.at(0) == kMany);
}

TEST_CASE("queue manager: tells what operators do to jobs, and when they have something mended",
          "[manager]") {
  Control control;
  std::vector<JobEnding> endings;
  int revived = 0;
  int mended = 0;
  Queue queue(control.storage, control.clock,
              {[&](Stores&, const Job&, JobEnding ending, Time) { endings.push_back(ending); },
               [&](Stores&, const Job&, Time) { ++revived; }},
              [&] { ++mended; });
  const std::int64_t id = control.enqueue();
  CHECK(queue.cancel(kOwner, id) == JobChange::changed);
  CHECK(queue.cancel(kOwner, id) == JobChange::wrong_state);
  CHECK(endings == std::vector<JobEnding>{JobEnding::cancelled});
  CHECK(queue.retry(kOwner, id) == JobChange::changed);
  CHECK(queue.retry(kOwner, id) == JobChange::wrong_state);
  CHECK(revived == 1);
  CHECK(mended == 1);
  queue.set_paused(kOwner, true);
  CHECK(mended == 1);
  queue.set_paused(kOwner, false);
  CHECK(mended == 2);
}

TEST_CASE("queue manager: lists jobs", "[manager]") {
  Control control;
  control.enqueue("winner");
  const std::int64_t id = control.enqueue("verification");
  CHECK(control.queue.list({}).size() == 2);
  const auto found = control.queue.list({.kind = "verification"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].id == id);
}

TEST_CASE("queue manager: status tells the counts, the pause and how long the oldest waits",
          "[manager]") {
  Control control;
  QueueStatus status = control.queue.status();
  CHECK_FALSE(status.paused);
  CHECK(status.oldest_ready_seconds == 0);
  control.enqueue();
  control.clock.advance(Millis{2999});
  control.enqueue();
  control.queue.set_paused(kOwner, true);
  status = control.queue.status();
  CHECK(status.paused);
  CHECK(status.counts.by_state.at(0) == 2);
  CHECK(status.oldest_ready_seconds == 2);
  control.clock.advance(Millis{-60'000});  // a clock set back must not show a negative age
  CHECK(control.queue.status().oldest_ready_seconds == 0);
  control.queue.set_paused(kOwner, false);
  CHECK_FALSE(control.queue.status().paused);
}

TEST_CASE("queue manager: is ready while a write can be committed, and looks once a second",
          "[manager]") {
  Control control;
  CHECK_FALSE(control.queue.unready_because());
  SQLite::Database file(control.folder.file("promotions.db"), SQLite::OPEN_READWRITE);
  file.setBusyTimeout(60'000);
  file.exec(
      "CREATE TRIGGER refuse BEFORE UPDATE ON settings BEGIN SELECT RAISE(ABORT, 'full'); END");
  CHECK_FALSE(control.queue.unready_because());  // what it found less than a second ago
  control.clock.advance(Millis{1000});
  CHECK(control.queue.unready_because());
  file.exec("DROP TRIGGER refuse");
  CHECK_FALSE(control.queue.unready_because());
}
