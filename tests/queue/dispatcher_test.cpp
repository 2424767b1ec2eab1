#include "promotions/queue/dispatcher.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <future>
#include <set>
#include <stdexcept>

#include "queue/bench.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Kind = JobResult::Kind;

constexpr Millis kMinute = std::chrono::minutes(1);

}  // namespace

TEST_CASE("dispatcher: runs what is enqueued, before the start and after", "[queue]") {
  Event ran;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  const std::int64_t early = bench.enqueue("test");
  bench.start();
  REQUIRE(ran.wait(1));
  const std::int64_t late = bench.enqueue("test");
  REQUIRE(ran.wait(2));
  REQUIRE(bench.stop());
  for (const std::int64_t id : {early, late}) {
    CHECK(bench.job(id).state == JobState::done);
    CHECK(bench.job(id).attempt == 1);
    CHECK(bench.job(id).finished_at == bench.clock.now());
  }
  CHECK(ran.count() == 2);
}

TEST_CASE("dispatcher: many jobs and workers run each job once", "[queue]") {
  constexpr int kJobs = 200;
  Event ran;
  std::mutex mutex;
  std::multiset<std::int64_t> seen;
  Bench bench;
  bench.lanes[0].workers = 4;
  bench.handle("test", [&](const Job& job) {
    {
      const std::lock_guard lock(mutex);
      seen.insert(job.id);
    }
    ran.happen();
    return JobResult{};
  });
  bench.start();
  std::set<std::int64_t> expected;
  for (int i = 0; i < kJobs; ++i) expected.insert(bench.enqueue("test"));
  REQUIRE(ran.wait(kJobs));
  REQUIRE(bench.stop());
  CHECK(seen == std::multiset<std::int64_t>(expected.begin(), expected.end()));
  const auto counts =
      bench.storage->read([](const Stores& stores) { return stores.jobs.counts(); });
  CHECK(counts.by_state.at(0) == 0);  // ready
  CHECK(counts.by_state.at(2) == 0);  // running
}

TEST_CASE("dispatcher: retries after the policy's delay, and buries after the last attempt",
          "[queue]") {
  Event ran;
  Bench bench;
  bench.options.retry = {kMinute, 10 * kMinute};
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return result(Kind::retry, "451 later");
  });
  bench.start();
  const std::int64_t id = bench.enqueue("test", "mail", 3);
  for (int attempt = 1; attempt <= 2; ++attempt) {
    REQUIRE(ran.wait(attempt));
    REQUIRE(bench.comes_to(id, JobState::scheduled));
    const Job job = bench.job(id);
    CHECK(job.attempt == attempt);
    CHECK(job.last_error == "451 later");
    const double expected = 60'000.0 * attempt;  // doubled: once, then twice
    const auto delay = static_cast<double>((job.run_at - bench.clock.now()).count());
    CHECK(delay >= 0.85 * expected);
    CHECK(delay <= 1.15 * expected);
    bench.clock.set(job.run_at - Millis{1});
    REQUIRE(bench.looks());
    CHECK(ran.count() == attempt);
    bench.advance(Millis{1});
  }
  REQUIRE(ran.wait(3));
  REQUIRE(bench.stop());
  CHECK(bench.job(id).state == JobState::dead);
  CHECK(bench.job(id).attempt == 3);
  CHECK(bench.job(id).last_error == "451 later");
}

TEST_CASE("dispatcher: a result may set its own delay", "[queue]") {
  Bench bench;
  bench.handle("test", [](const Job&) { return result(Kind::retry, "in doubt", 7 * kMinute); });
  bench.start();
  const std::int64_t id = bench.enqueue("test");
  REQUIRE(bench.comes_to(id, JobState::scheduled));
  CHECK(bench.job(id).run_at == bench.clock.now() + 7 * kMinute);
}

TEST_CASE("dispatcher: results that end a job", "[queue]") {
  Event ran;
  Bench bench;
  const auto ends_as = [&](const std::string& kind, const JobResult& ending) {
    bench.handle(kind, [&ran, ending](const Job&) {
      ran.happen();
      return ending;
    });
  };
  ends_as("refused", result(Kind::fail, "550 no"));
  ends_as("needless", result(Kind::cancel, "erased"));
  bench.start();
  const std::int64_t refused = bench.enqueue("refused");
  const std::int64_t needless = bench.enqueue("needless");
  const std::int64_t unknown = bench.enqueue("unknown");
  REQUIRE(ran.wait(2));
  REQUIRE(bench.log.wait_for("kind=unknown"));  // the last one, and the lane has one worker
  REQUIRE(bench.stop());
  CHECK(bench.job(refused).state == JobState::dead);
  CHECK(bench.job(refused).last_error == "550 no");
  CHECK(bench.job(needless).state == JobState::cancelled);
  CHECK(bench.job(needless).last_error == "erased");
  CHECK(bench.job(unknown).state == JobState::dead);
  CHECK_FALSE(bench.job(unknown).last_error.empty());
}

TEST_CASE("dispatcher: an exception in a handler is a retry", "[queue]") {
  Bench bench;
  bench.handle("throws", [](const Job&) -> JobResult { throw std::runtime_error("a bug"); });
  bench.handle("full", [](const Job&) -> JobResult { throw StorageUnavailable("disk full"); });
  bench.start();
  const std::int64_t throws = bench.enqueue("throws");
  const std::int64_t full = bench.enqueue("full");
  REQUIRE(bench.comes_to(throws, JobState::scheduled));
  REQUIRE(bench.comes_to(full, JobState::scheduled));
  CHECK(bench.job(throws).last_error == "a bug");
  CHECK(bench.job(throws).attempt == 1);
  CHECK(bench.job(full).last_error == "disk full");
}

TEST_CASE(
    "dispatcher: a lane that is down rests alone, spends no attempt, and is probed by one job",
    "[queue]") {
  Event tried;
  Event worked;
  std::atomic<bool> down{true};
  Door probing;
  Bench bench;
  bench.options.lane_rest_min = 10 * kMinute;
  bench.options.lane_rest_max = 60 * kMinute;
  bench.handle("mail", [&](const Job&) {
    tried.happen();
    if (down) return lane_trouble("connection refused");
    if (!probing.pass()) return result(Kind::fail, "nobody opened");
    return JobResult{};
  });
  bench.handle("work", [&](const Job&) {
    worked.happen();
    return JobResult{};
  });
  std::vector<std::int64_t> mails;
  for (int i = 0; i < 5; ++i) mails.push_back(bench.enqueue("mail"));
  bench.start();
  REQUIRE(bench.log.wait_for("lane=mail rests"));
  for (const std::int64_t id : mails) {
    REQUIRE(bench.comes_to(id, JobState::ready));
    CHECK(bench.job(id).attempt == 0);
  }
  CHECK(bench.job(mails[0]).last_error == "connection refused");
  CHECK(bench.job(mails[4]).last_error.empty());

  bench.enqueue("work", "work");
  REQUIRE(worked.wait());
  bench.advance(8 * kMinute);  // less than 0.85 of the rest
  REQUIRE(bench.looks());
  CHECK(tried.count() == 1);

  down = false;
  bench.advance(4 * kMinute);  // more than 1.15 of it, with the 8 before
  REQUIRE(tried.wait(2));
  REQUIRE(bench.looks());
  const auto running = bench.storage->read([](const Stores& stores) {
    return stores.jobs.list({.state = JobState::running, .kind = "mail"}).size();
  });
  CHECK(running == 1);
  probing.open();
  REQUIRE(tried.wait(6));
  REQUIRE(bench.stop());
  for (const std::int64_t id : mails) {
    CHECK(bench.job(id).state == JobState::done);
    CHECK(bench.job(id).attempt == 1);
  }
}

TEST_CASE("dispatcher: a lane that only an operator can mend rests longer and says so loudly",
          "[queue]") {
  Event tried;
  Bench bench;
  bench.options.lane_rest_min = Millis{1000};
  bench.handle("mail", [&](const Job&) {
    tried.happen();
    return lane_trouble("535 authentication refused", JobResult::Lane::stopped);
  });
  bench.start();
  const std::int64_t id = bench.enqueue("mail");
  REQUIRE(bench.log.wait_for("lane=mail STOPPED: 535 authentication refused"));
  REQUIRE(bench.comes_to(id, JobState::ready));
  CHECK(bench.job(id).attempt == 0);
  CHECK(bench.job(id).last_error == "535 authentication refused");
  bench.advance(5 * kMinute - Millis{1});
  REQUIRE(bench.looks());
  CHECK(tried.count() == 1);
  bench.advance(Millis{1});
  CHECK(tried.wait(2));
}

TEST_CASE("dispatcher: a job that spends an attempt can rest its lane all the same", "[queue]") {
  Event tried;
  Bench bench;
  bench.options.retry.backoff_min = 60 * kMinute;
  bench.options.lane_rest_min = bench.options.lane_rest_max = 10 * kMinute;
  bench.handle("mail", [&](const Job&) {
    tried.happen();
    JobResult cut_off = result(Kind::retry, "the server hung up");
    cut_off.lane = JobResult::Lane::unwell;
    return cut_off;
  });
  const std::int64_t first = bench.enqueue("mail");
  const std::int64_t second = bench.enqueue("mail");
  bench.start();
  REQUIRE(bench.log.wait_for("lane=mail rests"));
  REQUIRE(bench.comes_to(first, JobState::scheduled));
  CHECK(bench.job(first).attempt == 1);
  REQUIRE(bench.comes_to(second, JobState::ready));
  bench.advance(8 * kMinute);  // less than 0.85 of the rest
  REQUIRE(bench.looks());
  CHECK(tried.count() == 1);
  bench.advance(4 * kMinute);  // more than 1.15 of it
  REQUIRE(tried.wait(2));
  REQUIRE(bench.comes_to(second, JobState::scheduled));
}

TEST_CASE("dispatcher: a pause holds pausable lanes only, and survives reopening", "[queue]") {
  Event mailed;
  Event worked;
  Bench bench;
  bench.handle("mail", [&](const Job&) {
    mailed.happen();
    return JobResult{};
  });
  bench.handle("work", [&](const Job&) {
    worked.happen();
    return JobResult{};
  });
  const auto set_paused = [&](bool paused) {
    bench.storage->write([&](Stores& stores) { stores.settings.set_queue_paused(paused); });
  };
  set_paused(true);
  const std::int64_t mail = bench.enqueue("mail");
  for (int process = 1; process <= 2; ++process) {
    bench.start();
    bench.enqueue("work", "work");
    REQUIRE(worked.wait(process));
    REQUIRE(bench.looks());
    CHECK(mailed.count() == 0);
    CHECK(bench.job(mail).state == JobState::ready);
    if (process == 1) bench.reopen();
  }
  set_paused(false);
  CHECK(mailed.wait());
}

TEST_CASE("dispatcher: at its start it takes back what a killed process was running", "[queue]") {
  Event ran;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  const std::int64_t id = bench.enqueue("test");
  const std::int64_t last = bench.enqueue("test", "mail", 1);
  const auto claimed = bench.storage->write([&](Stores& stores) {
    return stores.jobs.claim("mail", 2, 99, bench.clock.now() + 15 * kMinute);
  });
  REQUIRE(claimed.size() == 2);
  bench.reopen();
  bench.start();
  REQUIRE(ran.wait());
  REQUIRE(bench.stop());
  CHECK(bench.job(id).state == JobState::done);
  CHECK(bench.job(id).attempt == 2);
  CHECK(bench.job(last).state == JobState::dead);
  CHECK(ran.count() == 1);
  // The former process, were it alive after all, could not change the result.
  CHECK_FALSE(bench.storage->write(
      [&](Stores& stores) { return stores.jobs.fail(claimed[0], "late", bench.clock.now()); }));
}

TEST_CASE("dispatcher: stop lets the job in hand finish and puts back what has not begun",
          "[queue]") {
  Event begun;
  Door door;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  const std::int64_t first = bench.enqueue("test");
  const std::int64_t second = bench.enqueue("test");
  bench.start();
  REQUIRE(begun.wait());
  CHECK(bench.job(second).state == JobState::running);  // claimed, and waits for the worker
  auto stopped = std::async(std::launch::async, [&] { return bench.stop(); });
  REQUIRE(bench.comes_to(second, JobState::ready));
  door.open();
  CHECK(stopped.get());
  CHECK(bench.job(first).state == JobState::done);
  CHECK(bench.job(second).state == JobState::ready);
  CHECK(bench.job(second).attempt == 0);
  CHECK(begun.count() == 1);
  CHECK(bench.stop());  // once more does no harm
}

TEST_CASE("dispatcher: stop gives up when its time is over, and can be called again", "[queue]") {
  Event begun;
  Door door;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  const std::int64_t id = bench.enqueue("test");
  bench.start();
  REQUIRE(begun.wait());
  CHECK_FALSE(bench.dispatcher->stop(Millis{1}));
  door.open();
  CHECK(bench.stop());
  CHECK(bench.job(id).state == JobState::done);
}

TEST_CASE("dispatcher: can be stopped without having been started", "[queue]") {
  Bench bench;
  const std::int64_t id = bench.enqueue("test");
  bench.dispatcher.emplace(*bench.storage, bench.clock, bench.random, bench.options, bench.lanes,
                           bench.handlers);
  CHECK(bench.stop());
  bench.dispatcher->start();  // too late: it stays stopped
  CHECK(bench.job(id).state == JobState::ready);
}

TEST_CASE("dispatcher: keeps to a lane's rate while workers idle", "[queue]") {
  Event begun;
  Door door;
  Bench bench;
  bench.lanes[0].workers = 4;
  bench.lanes[0].rate_per_second = 10;
  bench.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  for (int i = 0; i < 3; ++i) bench.enqueue("test");
  bench.start();
  for (int jobs = 1; jobs <= 3; ++jobs) {
    REQUIRE(begun.wait(jobs));
    bench.advance(Millis{99});
    REQUIRE(bench.looks());
    CHECK(begun.count() == jobs);
    bench.advance(Millis{1});
  }
  door.open();
}

TEST_CASE("dispatcher: finished jobs are pruned once they were kept long enough", "[queue]") {
  Event ran;
  Bench bench;
  bench.options.keep_finished = 60 * kMinute;
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  bench.start();
  const std::int64_t id = bench.enqueue("test");
  REQUIRE(ran.wait());
  REQUIRE(bench.log.wait_for("kind=test attempt=1 done"));
  const auto exists = [&] {
    return bench.storage->read(
        [&](const Stores& stores) { return stores.jobs.find(id).has_value(); });
  };
  bench.clock.advance(60 * kMinute);
  REQUIRE(bench.looks());
  CHECK(exists());
  bench.clock.advance(kMinute);
  REQUIRE(bench.looks());
  CHECK_FALSE(exists());
}

TEST_CASE("dispatcher: housekeeping is called each minute, and again while it has more to do",
          "[queue]") {
  Event called;
  Bench bench;
  bench.options.housekeeping = [&](Stores& stores, Time now) {
    called.happen();
    stores.settings.mark_ready(now);  // it may write
    return called.count() == 2;
  };
  bench.start();
  REQUIRE(called.wait(1));
  REQUIRE(bench.looks());
  CHECK(called.count() == 1);
  bench.advance(kMinute);
  REQUIRE(called.wait(3));
  REQUIRE(bench.looks());
  CHECK(called.count() == 3);
}

TEST_CASE("dispatcher: a long job keeps its lease, whatever the clock does", "[queue]") {
  Event begun;
  Door door;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  const std::int64_t id = bench.enqueue("test");
  bench.start();
  REQUIRE(begun.wait());
  const std::int64_t lease = bench.job(id).lease;
  bench.clock.advance(3 * bench.options.lease);
  REQUIRE(bench.looks());
  CHECK(bench.job(id).lease == lease);
  door.open();
  REQUIRE(bench.stop());
  CHECK(bench.job(id).state == JobState::done);
  CHECK(begun.count() == 1);
}

TEST_CASE("dispatcher: a job cancelled by an operator before it begins does not run", "[queue]") {
  Event ran;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  const std::int64_t id = bench.enqueue("test");
  bench.storage->write([&](Stores& stores) { stores.jobs.cancel(id, bench.clock.now()); });
  bench.start();
  REQUIRE(bench.looks());
  REQUIRE(bench.stop());
  CHECK(ran.count() == 0);
  CHECK(bench.job(id).state == JobState::cancelled);
}

TEST_CASE("dispatcher: a result that storage refuses for a while is stored later", "[queue]") {
  Event ran;
  Bench bench;
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  SQLite::Database file(bench.folder.file("promotions.db"), SQLite::OPEN_READWRITE);
  file.setBusyTimeout(60'000);
  file.exec(
      "CREATE TRIGGER refuse BEFORE UPDATE ON jobs WHEN NEW.state = 'done' AND NEW.kind = 'test'"
      " BEGIN SELECT RAISE(ABORT, 'not now'); END");
  const std::int64_t id = bench.enqueue("test");
  bench.start();
  REQUIRE(bench.log.wait_for("queue: not now"));
  CHECK(bench.job(id).state == JobState::running);
  file.exec("DROP TRIGGER refuse");
  REQUIRE(bench.log.wait_for("kind=test attempt=1 done"));
  CHECK(bench.job(id).state == JobState::done);
  CHECK(ran.count() == 1);
}
