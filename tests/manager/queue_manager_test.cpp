#include "promotions/manager/queue_manager.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include "support/catch.h"
#include "support/log_capture.h"
#include "support/manual_clock.h"
#include "support/temp_folder.h"

using namespace promotions;

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
  QueueManager queue{storage, clock};
};

}  // namespace

TEST_CASE("queue manager: retries and cancels, and says why not", "[manager]") {
  Control control;
  const std::int64_t id = control.enqueue();
  CHECK(control.queue.retry(id) == JobChange::wrong_state);  // it is ready already
  CHECK(control.queue.cancel(id) == JobChange::changed);
  CHECK(control.queue.cancel(id) == JobChange::wrong_state);
  CHECK(control.queue.find(id).value().state == JobState::cancelled);
  control.clock.advance(Millis{5});
  CHECK(control.queue.retry(id) == JobChange::changed);
  CHECK(control.queue.find(id).value().state == JobState::ready);
  CHECK(control.queue.find(id).value().run_at == control.clock.now());
  control.claim();
  CHECK(control.queue.cancel(id) == JobChange::wrong_state);
  CHECK(control.queue.retry(id) == JobChange::wrong_state);
  CHECK(control.queue.retry(id + 1) == JobChange::no_such_job);
  CHECK(control.queue.cancel(id + 1) == JobChange::no_such_job);
  CHECK_FALSE(control.queue.find(id + 1));
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
  control.queue.set_paused(true);
  status = control.queue.status();
  CHECK(status.paused);
  CHECK(status.counts.by_state.at(0) == 2);
  CHECK(status.oldest_ready_seconds == 2);
  control.clock.advance(Millis{-60'000});  // a clock set back must not show a negative age
  CHECK(control.queue.status().oldest_ready_seconds == 0);
  control.queue.set_paused(false);
  CHECK_FALSE(control.queue.status().paused);
}

TEST_CASE("queue manager: is ready while a write can be committed, and looks once a second",
          "[manager]") {
  Control control;
  CHECK(control.queue.is_ready());
  SQLite::Database file(control.folder.file("promotions.db"), SQLite::OPEN_READWRITE);
  file.setBusyTimeout(60'000);
  file.exec(
      "CREATE TRIGGER refuse BEFORE UPDATE ON settings BEGIN SELECT RAISE(ABORT, 'full'); END");
  CHECK(control.queue.is_ready());  // what it found less than a second ago
  control.clock.advance(Millis{1000});
  CHECK_FALSE(control.queue.is_ready());
  file.exec("DROP TRIGGER refuse");
  CHECK(control.queue.is_ready());
}
