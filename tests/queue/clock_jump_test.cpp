// The clock is set forward and back by a day, at moments that differ in what is in hand.
#include <array>

#include "queue/bench.h"
#include "queue/lane.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Kind = JobResult::Kind;

constexpr Millis kMinute = std::chrono::minutes(1);
constexpr Millis kDay = std::chrono::hours(24);

}  // namespace

TEST_CASE("clock jump: jobs in hand, ready and scheduled run once each", "[queue]") {
  const Millis jump{GENERATE(1, -1) * kDay};
  Event begun;
  Event retried;
  Door door;
  Bench bench;
  bench.options.retry = {kMinute, kMinute};
  bench.options.keep_finished = 10 * kDay;  // to look at them
  bench.handle("slow", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  bench.handle("again", [&](const Job& job) {
    retried.happen();
    return result(job.attempt == 1 ? Kind::retry : Kind::done);
  });
  bench.start();
  const std::int64_t scheduled = bench.enqueue("again", "work");
  REQUIRE(bench.comes_to(scheduled, JobState::scheduled));
  const std::int64_t in_hand = bench.enqueue("slow");
  REQUIRE(begun.wait());
  const std::int64_t waiting = bench.enqueue("slow");
  REQUIRE(bench.looks());

  bench.advance(jump);
  REQUIRE(bench.looks());
  bench.advance(2 * kMinute);
  REQUIRE(retried.wait(2));  // a minute is a minute
  bench.advance(bench.options.lease);
  REQUIRE(bench.looks());
  bench.advance(-jump);  // and it is set right again
  REQUIRE(bench.looks());
  bench.advance(2 * bench.options.lease);
  REQUIRE(bench.looks());
  door.open();
  REQUIRE(begun.wait(2));
  REQUIRE(bench.stop());
  for (const std::int64_t id : {scheduled, in_hand, waiting}) {
    CHECK(bench.job(id).state == JobState::done);
  }
  CHECK(begun.count() == 2);
  CHECK(retried.count() == 2);
  CHECK(bench.job(in_hand).attempt == 1);
  CHECK(bench.job(scheduled).attempt == 2);
}

TEST_CASE("clock jump: set back, a lane's rest ends and a scheduled job keeps its delay",
          "[queue]") {
  Event tried;
  std::atomic<bool> is_down{true};
  Bench bench;
  bench.options.lane_rest_min = bench.options.lane_rest_max = kMinute;
  bench.handle("mail", [&](const Job&) {
    tried.happen();
    return is_down ? lane_trouble("connection refused") : JobResult{};
  });
  bench.handle("later", [](const Job& job) {
    return job.attempt == 1 ? result(Kind::retry, "", 10 * kMinute) : JobResult{};
  });
  bench.start();
  const std::int64_t later = bench.enqueue("later", "work");
  REQUIRE(bench.comes_to(later, JobState::scheduled));
  bench.enqueue("mail");
  REQUIRE(bench.log.wait_for("lane=mail rests"));
  is_down = false;
  bench.advance(-kDay);
  REQUIRE(tried.wait(2));
  REQUIRE(bench.looks());
  CHECK(bench.log.has("queue: the clock was set back by 86400 s"));
  CHECK(bench.job(later).run_at == bench.clock.now() + 10 * kMinute);
  REQUIRE(bench.stop());
}

TEST_CASE("clock jump: set back by less than a minute, nothing is moved", "[queue]") {
  Bench bench;
  bench.handle("later", [](const Job&) { return result(Kind::retry, "", 10 * kMinute); });
  bench.start();
  const std::int64_t later = bench.enqueue("later", "work");
  REQUIRE(bench.comes_to(later, JobState::scheduled));
  const Time run_at = bench.job(later).run_at;
  bench.advance(-kMinute + Millis{1});
  REQUIRE(bench.looks());
  CHECK(bench.job(later).run_at == run_at);
}

TEST_CASE("clock jump: finished jobs are pruned also after the clock was set back", "[queue]") {
  Event ran;
  Bench bench;
  bench.options.keep_finished = 60 * kMinute;
  bench.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  bench.start();
  bench.advance(-kDay);
  REQUIRE(bench.looks());
  const std::int64_t id = bench.enqueue("test");
  REQUIRE(ran.wait());
  REQUIRE(bench.log.wait_for("kind=test attempt=1 done"));
  bench.clock.advance(62 * kMinute);
  REQUIRE(bench.looks());
  CHECK_FALSE(
      bench.storage->read([&](const Stores& stores) { return stores.jobs.find(id).has_value(); }));
}

TEST_CASE("clock jump: set back, a lane does not wait for what its rate allowed", "[queue]") {
  const DispatcherOptions limits;
  Lane lane({.name = "mail", .rate_per_second = 1}, limits);
  REQUIRE(lane.room(ManualClock::kStart) == 1);
  REQUIRE(lane.put({Job{}}, ManualClock::kStart));
  CHECK(lane.room(ManualClock::kStart) == 0);
  CHECK(lane.room(ManualClock::kStart - kDay) == 1);
}
