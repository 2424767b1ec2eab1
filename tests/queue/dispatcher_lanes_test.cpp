// What the dispatcher tells others: how jobs ended, and how its lanes are doing.
#include <algorithm>
#include <mutex>
#include <set>

#include "promotions/queue/dispatcher.h"
#include "queue/bench.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Kind = JobResult::Kind;

constexpr Millis kMinute = std::chrono::minutes(1);

LaneStatus mail_lane(Bench& bench) {
  for (const LaneStatus& lane :
       bench.storage->read([](const Stores& stores) { return stores.lanes.all(); })) {
    if (lane.name == "mail") return lane;
  }
  return {};
}

}  // namespace

TEST_CASE("dispatcher: tells of each job's end once, in the write that ends it", "[queue]") {
  std::mutex mutex;
  std::map<std::string, JobEnding> endings;
  Bench bench;
  bench.options.hooks.ended = [&](Stores& stores, const Job& job, JobEnding ending, Time) {
    const bool has_ended = stores.jobs.find(job.id).value().finished_at.has_value();
    const std::lock_guard lock(mutex);
    if (has_ended) endings[job.kind + ": " + job.last_error] = ending;
  };
  const auto ends_as = [&](const std::string& kind, const JobResult& ending) {
    bench.handle(kind, [ending](const Job&) { return ending; });
  };
  ends_as("done", {});
  ends_as("refused", result(Kind::fail, "550 no"));
  ends_as("tired", result(Kind::retry, "451 later"));
  ends_as("needless", result(Kind::cancel, "erased"));
  JobResult doubt = result(Kind::fail, "no answer");
  doubt.in_doubt = true;
  ends_as("doubt", doubt);
  const std::int64_t lost = bench.enqueue("lost", "mail", 1);
  bench.storage->write([&](Stores& stores) {
    stores.jobs.claim("mail", 1, 7, bench.clock.now());  // by a process that is gone
  });
  for (const char* kind : {"done", "refused", "tired", "needless", "doubt"}) {
    bench.enqueue(kind, "mail", 1);
  }
  bench.start();
  REQUIRE(bench.log.wait_for("kind=doubt attempt=1 fail: in doubt: no answer"));
  REQUIRE(bench.stop());
  CHECK(bench.job(lost).state == JobState::dead);
  CHECK(endings == std::map<std::string, JobEnding>{{"done: ", JobEnding::done},
                                                    {"refused: 550 no", JobEnding::refused},
                                                    {"tired: 451 later", JobEnding::exhausted},
                                                    {"needless: erased", JobEnding::needless},
                                                    {"doubt: no answer", JobEnding::in_doubt},
                                                    {"lost: ", JobEnding::worker_lost}});
}

TEST_CASE("dispatcher: a result may take back the ends of others, and they run again", "[queue]") {
  std::atomic<bool> about_us{true};
  std::atomic<int> revived{0};
  std::vector<std::int64_t> dead;
  Event ran;
  Bench bench;
  bench.options.hooks.revived = [&](Stores&, const Job&, Time) { ++revived; };
  bench.handle("mail", [&](const Job& job) {
    ran.happen();
    if (!about_us) return JobResult{};
    if (job.id != dead.back()) return result(Kind::fail, "550 no");
    JobResult ours = lane_trouble("550 no", JobResult::Lane::stopped);
    ours.take_back.assign(dead.begin(), dead.end() - 1);
    return ours;
  });
  for (int i = 0; i < 3; ++i) dead.push_back(bench.enqueue("mail"));
  bench.start();
  REQUIRE(bench.log.wait_for("lane=mail STOPPED: 550 no"));
  for (const std::int64_t id : dead) {
    REQUIRE(bench.comes_to(id, JobState::ready));
    CHECK(bench.job(id).attempt == 0);
  }
  CHECK(revived == 2);
  REQUIRE(bench.looks());
  CHECK(ran.count() == 3);
  about_us = false;
  bench.dispatcher->try_again();  // an operator mended it
  REQUIRE(ran.wait(6));
  REQUIRE(bench.stop());
  for (const std::int64_t id : dead) CHECK(bench.job(id).state == JobState::done);
}

TEST_CASE("dispatcher: a lane's state is stored when it changes", "[queue]") {
  std::atomic<bool> down{true};
  Bench bench;
  bench.handle("mail", [&](const Job&) {
    return down ? lane_trouble("553 not owned", JobResult::Lane::stopped) : JobResult{};
  });
  bench.storage->write([&](Stores& stores) {  // what a former process left
    stores.lanes.set({"mail", LaneState::resting, "away", bench.clock.now(), {}, 1});
  });
  bench.start();
  CHECK(mail_lane(bench) == LaneStatus{"mail", LaneState::working, "", {}, {}, 1});
  const std::int64_t id = bench.enqueue("mail");
  REQUIRE(bench.log.wait_for("lane=mail STOPPED: 553 not owned"));
  REQUIRE(bench.comes_to(id, JobState::ready));
  REQUIRE(bench.looks());
  CHECK(mail_lane(bench) == LaneStatus{"mail", LaneState::stopped, "553 not owned",
                                       bench.clock.now(), bench.clock.now() + 5 * kMinute, 1});
  down = false;
  bench.dispatcher->try_again();
  REQUIRE(bench.log.wait_for("kind=mail attempt=1 done"));
  REQUIRE(bench.looks());
  CHECK(mail_lane(bench).state == LaneState::working);
}

TEST_CASE("dispatcher: a job that others are accepted beside ends in time, and delays none of them",
          "[queue]") {
  std::vector<JobEnding> endings;
  Bench bench;
  bench.options.hooks.ended = [&](Stores&, const Job& job, JobEnding ending, Time) {
    if (job.kind == "poison") endings.push_back(ending);
  };
  bench.handle("mail", [](const Job&) { return JobResult{}; });
  bench.handle("poison", [](const Job&) {
    JobResult refused = lane_trouble("550 5.7.1", JobResult::Lane::doubted);
    refused.attempts_if_own = 3;
    return refused;
  });
  const auto is_done = [&](std::int64_t id) {
    return bench.log.wait_for("job=" + std::to_string(id) + " kind=mail attempt=1 done");
  };
  bench.start();
  REQUIRE(is_done(bench.enqueue("mail")));
  const std::int64_t poison = bench.enqueue("poison", "mail", 100);
  // The clock stands still: nobody rests.
  for (int i = 0; i < 5; ++i) REQUIRE(is_done(bench.enqueue("mail")));
  REQUIRE(bench.comes_to(poison, JobState::scheduled));
  CHECK(bench.job(poison).attempt == 1);
  REQUIRE(bench.looks());
  CHECK(mail_lane(bench).state == LaneState::working);

  // What was found out is in the database.
  REQUIRE(bench.stop());
  bench.reopen();
  bench.start();
  REQUIRE(is_done(bench.enqueue("mail")));
  bench.advance(2 * kMinute);
  REQUIRE(bench.log.wait_for("kind=poison attempt=2 "));
  REQUIRE(bench.comes_to(poison, JobState::scheduled));
  // No other one comes any more, and none is needed.
  bench.advance(20 * kMinute);
  REQUIRE(bench.log.wait_for("kind=poison attempt=3 fail: 550 5.7.1"));
  CHECK(bench.job(poison).state == JobState::dead);
  CHECK(endings == std::vector{JobEnding::refused});
  CHECK(bench.log.text().find("STOPPED") == std::string::npos);
  REQUIRE(bench.stop());
}

TEST_CASE("dispatcher: whose fault a refusal is, the next job shows where none was accepted before",
          "[queue]") {
  Bench bench;
  bench.handle("mail", [](const Job&) { return JobResult{}; });
  bench.handle("poison", [](const Job&) {
    JobResult refused = lane_trouble("550 5.7.1", JobResult::Lane::doubted);
    refused.attempts_if_own = 3;
    return refused;
  });
  const std::int64_t poison = bench.enqueue("poison", "mail", 100);
  bench.start();
  REQUIRE(bench.log.wait_for("lane=mail STOPPED: 550 5.7.1; "));
  const std::int64_t good = bench.enqueue("mail");
  bench.advance(Millis{6000});
  REQUIRE(bench.comes_to(good, JobState::done));
  REQUIRE(bench.comes_to(poison, JobState::scheduled));
  CHECK(bench.job(poison).attempt == 1);
  CHECK(mail_lane(bench).state == LaneState::working);
  REQUIRE(bench.stop());
}

TEST_CASE("dispatcher: where nothing is accepted the mails in doubt keep their attempts",
          "[queue]") {
  Event ran;
  Bench bench;
  bench.handle("mail", [&](const Job&) {
    ran.happen();
    JobResult refused = lane_trouble("550 5.7.1", JobResult::Lane::doubted);
    refused.attempts_if_own = 3;
    return refused;
  });
  std::vector<std::int64_t> all;
  for (int i = 0; i < 5; ++i) all.push_back(bench.enqueue("mail"));
  bench.start();
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(bench.log.wait_for("about job=" + std::to_string(all[i]) + " alone"));
    bench.advance(Millis{12'000});
  }
  REQUIRE(ran.wait(3));
  REQUIRE(bench.log.wait_for("next try in 300 s"));
  for (int i = 0; i < 60; ++i) {
    bench.advance(6 * kMinute);
    REQUIRE(bench.looks());
  }
  for (const std::int64_t id : all) {
    REQUIRE(bench.comes_to(id, JobState::ready));
    CHECK(bench.job(id).attempt == 0);
  }
  CHECK(mail_lane(bench).state == LaneState::stopped);
  CHECK(ran.count() <= 3 + 61);
  REQUIRE(bench.stop());
}

TEST_CASE("dispatcher: a job that is always refused for what we are holds up no other", "[queue]") {
  std::mutex mutex;
  std::multiset<std::int64_t> tried;
  std::atomic<std::int64_t> poison{0};
  Event ran;
  Bench bench;
  bench.options.lane_rest_min = bench.options.lane_rest_max = Millis{1000};
  bench.handle("mail", [&](const Job& job) {
    {
      const std::lock_guard lock(mutex);
      tried.insert(job.id);
    }
    ran.happen();
    return job.id == poison ? lane_trouble("550 5.7.1", JobResult::Lane::stopped) : JobResult{};
  });
  poison = bench.enqueue("mail");
  std::vector<std::int64_t> others;
  for (int i = 0; i < 5; ++i) others.push_back(bench.enqueue("mail"));
  bench.start();
  REQUIRE(ran.wait(1));
  REQUIRE(bench.comes_to(poison, JobState::ready));  // again
  // Once another one was accepted it is tried again. Then it is its own matter, and the lane rests
  // for a second only.
  bench.advance(5 * kMinute);
  REQUIRE(ran.wait(3));
  const auto all_done = [&] {
    return std::all_of(others.begin(), others.end(),
                       [&](std::int64_t id) { return bench.job(id).state == JobState::done; });
  };
  for (int i = 0; i < 100 && !all_done(); ++i) {
    bench.advance(Millis{500});
    REQUIRE(bench.looks());
  }
  CHECK(all_done());
  CHECK(bench.job(poison).attempt == 0);
  REQUIRE(bench.stop());
  CHECK(tried.count(poison) == 2);
}
