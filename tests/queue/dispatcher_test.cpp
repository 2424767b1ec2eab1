#include "promotions/queue/dispatcher.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <future>
#include <set>
#include <stdexcept>

#include "queue/dispatch_office.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Kind = JobResult::Kind;

constexpr Millis kMinute = std::chrono::minutes(1);

}  // namespace

TEST_CASE("dispatcher: runs what is enqueued, before the start and after", "[queue]") {
  Event ran;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  const std::int64_t early = office.enqueue("test");
  office.start();
  REQUIRE(ran.wait(1));
  const std::int64_t late = office.enqueue("test");
  REQUIRE(ran.wait(2));
  REQUIRE(office.stop());
  for (const std::int64_t id : {early, late}) {
    CHECK(office.job(id).state == JobState::done);
    CHECK(office.job(id).attempt == 1);
    CHECK(office.job(id).finished_at == office.clock.now());
  }
  CHECK(ran.count() == 2);
}

TEST_CASE("dispatcher: many jobs and workers run each job once", "[queue]") {
  constexpr int kJobs = 200;
  Event ran;
  std::mutex mutex;
  std::multiset<std::int64_t> seen;
  DispatchOffice office;
  office.lanes[0].workers = 4;
  office.handle("test", [&](const Job& job) {
    {
      const std::lock_guard lock(mutex);
      seen.insert(job.id);
    }
    ran.happen();
    return JobResult{};
  });
  office.start();
  std::set<std::int64_t> expected;
  for (int i = 0; i < kJobs; ++i) expected.insert(office.enqueue("test"));
  REQUIRE(ran.wait(kJobs));
  REQUIRE(office.stop());
  CHECK(seen == std::multiset<std::int64_t>(expected.begin(), expected.end()));
  const auto counts =
      office.storage->read([](const Stores& stores) { return stores.jobs.counts(); });
  CHECK(counts.by_state.at(0) == 0);  // ready
  CHECK(counts.by_state.at(2) == 0);  // running
}

TEST_CASE("dispatcher: retries after the policy's delay, and buries after the last attempt",
          "[queue]") {
  Event ran;
  DispatchOffice office;
  office.options.retry = {kMinute, 10 * kMinute};
  office.handle("test", [&](const Job&) {
    ran.happen();
    return result(Kind::retry, "451 later");
  });
  office.start();
  const std::int64_t id = office.enqueue("test", "mail", 3);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    REQUIRE(ran.wait(attempt));
    REQUIRE(office.comes_to(id, JobState::scheduled));
    const Job job = office.job(id);
    CHECK(job.attempt == attempt);
    CHECK(job.last_error == "451 later");
    const double expected = 60'000.0 * attempt;  // doubled: once, then twice
    const auto delay = static_cast<double>((job.run_at - office.clock.now()).count());
    CHECK(delay >= 0.85 * expected);
    CHECK(delay <= 1.15 * expected);
    office.clock.set(job.run_at - Millis{1});
    REQUIRE(office.looks());
    CHECK(ran.count() == attempt);
    office.advance(Millis{1});
  }
  REQUIRE(ran.wait(3));
  REQUIRE(office.stop());
  CHECK(office.job(id).state == JobState::dead);
  CHECK(office.job(id).attempt == 3);
  CHECK(office.job(id).last_error == "451 later");
}

TEST_CASE("dispatcher: a result may set its own delay", "[queue]") {
  DispatchOffice office;
  office.handle("test", [](const Job&) { return result(Kind::retry, "in doubt", 7 * kMinute); });
  office.start();
  const std::int64_t id = office.enqueue("test");
  REQUIRE(office.comes_to(id, JobState::scheduled));
  CHECK(office.job(id).run_at == office.clock.now() + 7 * kMinute);
}

TEST_CASE("dispatcher: results that end a job", "[queue]") {
  Event ran;
  DispatchOffice office;
  const auto ends_as = [&](const std::string& kind, const JobResult& ending) {
    office.handle(kind, [&ran, ending](const Job&) {
      ran.happen();
      return ending;
    });
  };
  ends_as("refused", result(Kind::fail, "550 no"));
  ends_as("needless", result(Kind::cancel, "erased"));
  office.start();
  const std::int64_t refused = office.enqueue("refused");
  const std::int64_t needless = office.enqueue("needless");
  const std::int64_t unknown = office.enqueue("unknown");
  REQUIRE(ran.wait(2));
  REQUIRE(office.log.wait_for("kind=unknown"));  // the last one, and the lane has one worker
  REQUIRE(office.stop());
  CHECK(office.job(refused).state == JobState::dead);
  CHECK(office.job(refused).last_error == "550 no");
  CHECK(office.job(needless).state == JobState::cancelled);
  CHECK(office.job(needless).last_error == "erased");
  CHECK(office.job(unknown).state == JobState::dead);
  CHECK_FALSE(office.job(unknown).last_error.empty());
}

TEST_CASE("dispatcher: an exception in a handler is a retry", "[queue]") {
  DispatchOffice office;
  office.handle("throws", [](const Job&) -> JobResult { throw std::runtime_error("a bug"); });
  office.handle("full", [](const Job&) -> JobResult { throw StorageUnavailable("disk full"); });
  office.start();
  const std::int64_t throws = office.enqueue("throws");
  const std::int64_t full = office.enqueue("full");
  REQUIRE(office.comes_to(throws, JobState::scheduled));
  REQUIRE(office.comes_to(full, JobState::scheduled));
  CHECK(office.job(throws).last_error == "a bug");
  CHECK(office.job(throws).attempt == 1);
  CHECK(office.job(full).last_error == "disk full");
}

TEST_CASE(
    "dispatcher: a lane that is down rests alone, spends no attempt, and is probed by one job",
    "[queue]") {
  Event tried;
  Event worked;
  std::atomic<bool> down{true};
  Door probing;
  DispatchOffice office;
  office.options.lane_rest_min = 10 * kMinute;
  office.options.lane_rest_max = 60 * kMinute;
  office.handle("mail", [&](const Job&) {
    tried.happen();
    if (down) return lane_trouble("connection refused");
    if (!probing.pass()) return result(Kind::fail, "nobody opened");
    return JobResult{};
  });
  office.handle("work", [&](const Job&) {
    worked.happen();
    return JobResult{};
  });
  std::vector<std::int64_t> mails;
  for (int i = 0; i < 5; ++i) mails.push_back(office.enqueue("mail"));
  office.start();
  REQUIRE(office.log.wait_for("lane=mail rests"));
  for (const std::int64_t id : mails) {
    REQUIRE(office.comes_to(id, JobState::ready));
    CHECK(office.job(id).attempt == 0);
  }
  CHECK(office.job(mails[0]).last_error == "connection refused");
  CHECK(office.job(mails[4]).last_error.empty());

  office.enqueue("work", "work");
  REQUIRE(worked.wait());
  office.advance(8 * kMinute);  // less than 0.85 of the rest
  REQUIRE(office.looks());
  CHECK(tried.count() == 1);

  down = false;
  office.advance(4 * kMinute);  // more than 1.15 of it, with the 8 before
  REQUIRE(tried.wait(2));
  REQUIRE(office.looks());
  const auto running = office.storage->read([](const Stores& stores) {
    return stores.jobs.list({.state = JobState::running, .kind = "mail"}).size();
  });
  CHECK(running == 1);
  probing.open();
  REQUIRE(tried.wait(6));
  REQUIRE(office.stop());
  for (const std::int64_t id : mails) {
    CHECK(office.job(id).state == JobState::done);
    CHECK(office.job(id).attempt == 1);
  }
}

TEST_CASE("dispatcher: a lane that only an operator can mend rests longer and says so loudly",
          "[queue]") {
  Event tried;
  DispatchOffice office;
  office.options.lane_rest_min = Millis{1000};
  office.handle("mail", [&](const Job&) {
    tried.happen();
    return lane_trouble("535 authentication refused", JobResult::Lane::stopped);
  });
  office.start();
  const std::int64_t id = office.enqueue("mail");
  REQUIRE(office.log.wait_for("lane=mail STOPPED: 535 authentication refused"));
  REQUIRE(office.comes_to(id, JobState::ready));
  CHECK(office.job(id).attempt == 0);
  CHECK(office.job(id).last_error == "535 authentication refused");
  office.advance(5 * kMinute - Millis{1});
  REQUIRE(office.looks());
  CHECK(tried.count() == 1);
  office.advance(Millis{1});
  CHECK(tried.wait(2));
}

TEST_CASE("dispatcher: a job that spends an attempt can rest its lane all the same", "[queue]") {
  Event tried;
  DispatchOffice office;
  office.options.retry.backoff_min = 60 * kMinute;
  office.options.lane_rest_min = office.options.lane_rest_max = 10 * kMinute;
  office.handle("mail", [&](const Job&) {
    tried.happen();
    JobResult cut_off = result(Kind::retry, "the server hung up");
    cut_off.lane = JobResult::Lane::unwell;
    return cut_off;
  });
  const std::int64_t first = office.enqueue("mail");
  const std::int64_t second = office.enqueue("mail");
  office.start();
  REQUIRE(office.log.wait_for("lane=mail rests"));
  REQUIRE(office.comes_to(first, JobState::scheduled));
  CHECK(office.job(first).attempt == 1);
  REQUIRE(office.comes_to(second, JobState::ready));
  office.advance(8 * kMinute);  // less than 0.85 of the rest
  REQUIRE(office.looks());
  CHECK(tried.count() == 1);
  office.advance(4 * kMinute);  // more than 1.15 of it
  REQUIRE(tried.wait(2));
  REQUIRE(office.comes_to(second, JobState::scheduled));
}

TEST_CASE("dispatcher: a pause holds pausable lanes only, and survives reopening", "[queue]") {
  Event mailed;
  Event worked;
  DispatchOffice office;
  office.handle("mail", [&](const Job&) {
    mailed.happen();
    return JobResult{};
  });
  office.handle("work", [&](const Job&) {
    worked.happen();
    return JobResult{};
  });
  const auto set_paused = [&](bool paused) {
    office.storage->write([&](Stores& stores) { stores.settings.set_queue_paused(paused); });
  };
  set_paused(true);
  const std::int64_t mail = office.enqueue("mail");
  for (int process = 1; process <= 2; ++process) {
    office.start();
    office.enqueue("work", "work");
    REQUIRE(worked.wait(process));
    REQUIRE(office.looks());
    CHECK(mailed.count() == 0);
    CHECK(office.job(mail).state == JobState::ready);
    if (process == 1) office.reopen();
  }
  set_paused(false);
  CHECK(mailed.wait());
}

TEST_CASE("dispatcher: at its start it takes back what a killed process was running", "[queue]") {
  Event ran;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  const std::int64_t id = office.enqueue("test");
  const std::int64_t last = office.enqueue("test", "mail", 1);
  const auto claimed = office.storage->write([&](Stores& stores) {
    return stores.jobs.claim("mail", 2, 99, office.clock.now() + 15 * kMinute);
  });
  REQUIRE(claimed.size() == 2);
  office.reopen();
  office.start();
  REQUIRE(ran.wait());
  REQUIRE(office.stop());
  CHECK(office.job(id).state == JobState::done);
  CHECK(office.job(id).attempt == 2);
  CHECK(office.job(last).state == JobState::dead);
  CHECK(ran.count() == 1);
  // The former process, were it alive after all, could not change the result.
  CHECK_FALSE(office.storage->write(
      [&](Stores& stores) { return stores.jobs.fail(claimed[0], "late", office.clock.now()); }));
}

TEST_CASE("dispatcher: stop lets the job in hand finish and puts back what has not begun",
          "[queue]") {
  Event begun;
  Door door;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  const std::int64_t first = office.enqueue("test");
  const std::int64_t second = office.enqueue("test");
  office.start();
  REQUIRE(begun.wait());
  CHECK(office.job(second).state == JobState::running);  // claimed, and waits for the worker
  auto stopped = std::async(std::launch::async, [&] { return office.stop(); });
  REQUIRE(office.comes_to(second, JobState::ready));
  door.open();
  CHECK(stopped.get());
  CHECK(office.job(first).state == JobState::done);
  CHECK(office.job(second).state == JobState::ready);
  CHECK(office.job(second).attempt == 0);
  CHECK(begun.count() == 1);
  CHECK(office.stop());  // once more does no harm
}

TEST_CASE("dispatcher: stop gives up when its time is over, and can be called again", "[queue]") {
  Event begun;
  Door door;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  const std::int64_t id = office.enqueue("test");
  office.start();
  REQUIRE(begun.wait());
  CHECK_FALSE(office.dispatcher->stop(Millis{1}));
  door.open();
  CHECK(office.stop());
  CHECK(office.job(id).state == JobState::done);
}

TEST_CASE("dispatcher: can be stopped without having been started", "[queue]") {
  DispatchOffice office;
  const std::int64_t id = office.enqueue("test");
  office.dispatcher.emplace(*office.storage, office.clock, office.random, office.options,
                            office.lanes, office.handlers);
  CHECK(office.stop());
  office.dispatcher->start();  // too late: it stays stopped
  CHECK(office.job(id).state == JobState::ready);
}

TEST_CASE("dispatcher: keeps to a lane's rate while workers idle", "[queue]") {
  Event begun;
  Door door;
  DispatchOffice office;
  office.lanes[0].workers = 4;
  office.lanes[0].rate_per_second = 10;
  office.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  for (int i = 0; i < 3; ++i) office.enqueue("test");
  office.start();
  for (int jobs = 1; jobs <= 3; ++jobs) {
    REQUIRE(begun.wait(jobs));
    office.advance(Millis{99});
    REQUIRE(office.looks());
    CHECK(begun.count() == jobs);
    office.advance(Millis{1});
  }
  door.open();
}

TEST_CASE("dispatcher: finished jobs are pruned once they were kept long enough", "[queue]") {
  Event ran;
  DispatchOffice office;
  office.options.keep_finished = 60 * kMinute;
  office.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  office.start();
  const std::int64_t id = office.enqueue("test");
  REQUIRE(ran.wait());
  REQUIRE(office.log.wait_for("kind=test attempt=1 done"));
  const auto exists = [&] {
    return office.storage->read(
        [&](const Stores& stores) { return stores.jobs.find(id).has_value(); });
  };
  office.clock.advance(60 * kMinute);
  REQUIRE(office.looks());
  CHECK(exists());
  office.clock.advance(kMinute);
  REQUIRE(office.looks());
  CHECK_FALSE(exists());
}

TEST_CASE("dispatcher: housekeeping is called each minute, and again while it has more to do",
          "[queue]") {
  Event called;
  DispatchOffice office;
  office.options.housekeeping = [&](Stores& stores, Time now) {
    called.happen();
    stores.settings.mark_ready(now);  // it may write
    return called.count() == 2;
  };
  office.start();
  REQUIRE(called.wait(1));
  REQUIRE(office.looks());
  CHECK(called.count() == 1);
  office.advance(kMinute);
  REQUIRE(called.wait(3));
  REQUIRE(office.looks());
  CHECK(called.count() == 3);
}

TEST_CASE("dispatcher: a long job keeps its lease, whatever the clock does", "[queue]") {
  Event begun;
  Door door;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  const std::int64_t id = office.enqueue("test");
  office.start();
  REQUIRE(begun.wait());
  const std::int64_t lease = office.job(id).lease;
  office.clock.advance(3 * office.options.lease);
  REQUIRE(office.looks());
  CHECK(office.job(id).lease == lease);
  door.open();
  REQUIRE(office.stop());
  CHECK(office.job(id).state == JobState::done);
  CHECK(begun.count() == 1);
}

TEST_CASE("dispatcher: a job cancelled by an operator before it begins does not run", "[queue]") {
  Event ran;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  const std::int64_t id = office.enqueue("test");
  office.storage->write([&](Stores& stores) { stores.jobs.cancel(id, office.clock.now()); });
  office.start();
  REQUIRE(office.looks());
  REQUIRE(office.stop());
  CHECK(ran.count() == 0);
  CHECK(office.job(id).state == JobState::cancelled);
}

TEST_CASE("dispatcher: a result that storage refuses for a while is stored later", "[queue]") {
  Event ran;
  DispatchOffice office;
  office.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  SQLite::Database file(office.folder.file("promotions.db"), SQLite::OPEN_READWRITE);
  file.setBusyTimeout(60'000);
  file.exec(
      "CREATE TRIGGER refuse BEFORE UPDATE ON jobs WHEN NEW.state = 'done' AND NEW.kind = 'test'"
      " BEGIN SELECT RAISE(ABORT, 'not now'); END");
  const std::int64_t id = office.enqueue("test");
  office.start();
  REQUIRE(office.log.wait_for("queue: not now"));
  CHECK(office.job(id).state == JobState::running);
  file.exec("DROP TRIGGER refuse");
  REQUIRE(office.log.wait_for("kind=test attempt=1 done"));
  CHECK(office.job(id).state == JobState::done);
  CHECK(ran.count() == 1);
}
