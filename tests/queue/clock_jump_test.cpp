// The clock is set forward and back by a day, at moments that differ in what is in hand.
#include <array>

#include "queue/dispatch_office.h"
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
  DispatchOffice office;
  office.options.retry = {kMinute, kMinute};
  office.options.keep_finished = 10 * kDay;  // to look at them
  office.handle("slow", [&](const Job&) {
    begun.happen();
    return result(door.pass() ? Kind::done : Kind::fail);
  });
  office.handle("again", [&](const Job& job) {
    retried.happen();
    return result(job.attempt == 1 ? Kind::retry : Kind::done);
  });
  office.start();
  const std::int64_t scheduled = office.enqueue("again", "work");
  REQUIRE(office.comes_to(scheduled, JobState::scheduled));
  const std::int64_t in_hand = office.enqueue("slow");
  REQUIRE(begun.wait());
  const std::int64_t waiting = office.enqueue("slow");
  REQUIRE(office.looks());

  office.advance(jump);
  REQUIRE(office.looks());
  office.advance(2 * kMinute);
  REQUIRE(retried.wait(2));  // a minute is a minute
  office.advance(office.options.lease);
  REQUIRE(office.looks());
  office.advance(-jump);  // and it is set right again
  REQUIRE(office.looks());
  office.advance(2 * office.options.lease);
  REQUIRE(office.looks());
  door.open();
  REQUIRE(begun.wait(2));
  REQUIRE(office.stop());
  for (const std::int64_t id : {scheduled, in_hand, waiting}) {
    CHECK(office.job(id).state == JobState::done);
  }
  CHECK(begun.count() == 2);
  CHECK(retried.count() == 2);
  CHECK(office.job(in_hand).attempt == 1);
  CHECK(office.job(scheduled).attempt == 2);
}

TEST_CASE("clock jump: set back, a lane's rest ends and a scheduled job keeps its delay",
          "[queue]") {
  Event tried;
  std::atomic<bool> is_down{true};
  DispatchOffice office;
  office.options.lane_rest_min = office.options.lane_rest_max = kMinute;
  office.handle("mail", [&](const Job&) {
    tried.happen();
    return is_down ? lane_trouble("connection refused") : JobResult{};
  });
  office.handle("later", [](const Job& job) {
    return job.attempt == 1 ? result(Kind::retry, "", 10 * kMinute) : JobResult{};
  });
  office.start();
  const std::int64_t later = office.enqueue("later", "work");
  REQUIRE(office.comes_to(later, JobState::scheduled));
  office.enqueue("mail");
  REQUIRE(office.log.wait_for("lane=mail rests"));
  is_down = false;
  office.advance(-kDay);
  REQUIRE(tried.wait(2));
  REQUIRE(office.looks());
  CHECK(office.log.has("queue: the clock was set back by 86400 s"));
  CHECK(office.job(later).run_at == office.clock.now() + 10 * kMinute);
  REQUIRE(office.stop());
}

TEST_CASE("clock jump: set back by less than a minute, nothing is moved", "[queue]") {
  DispatchOffice office;
  office.handle("later", [](const Job&) { return result(Kind::retry, "", 10 * kMinute); });
  office.start();
  const std::int64_t later = office.enqueue("later", "work");
  REQUIRE(office.comes_to(later, JobState::scheduled));
  const Time run_at = office.job(later).run_at;
  office.advance(-kMinute + Millis{1});
  REQUIRE(office.looks());
  CHECK(office.job(later).run_at == run_at);
}

TEST_CASE("clock jump: finished jobs are pruned also after the clock was set back", "[queue]") {
  Event ran;
  DispatchOffice office;
  office.options.keep_finished = 60 * kMinute;
  office.handle("test", [&](const Job&) {
    ran.happen();
    return JobResult{};
  });
  office.start();
  office.advance(-kDay);
  REQUIRE(office.looks());
  const std::int64_t id = office.enqueue("test");
  REQUIRE(ran.wait());
  REQUIRE(office.log.wait_for("kind=test attempt=1 done"));
  office.clock.advance(62 * kMinute);
  REQUIRE(office.looks());
  CHECK_FALSE(
      office.storage->read([&](const Stores& stores) { return stores.jobs.find(id).has_value(); }));
}

TEST_CASE("clock jump: set back, a lane does not wait for what its rate allowed", "[queue]") {
  const DispatcherOptions limits;
  Lane lane({.name = "mail", .rate_per_second = 1}, limits);
  REQUIRE(lane.room(ManualClock::kStart) == 1);
  REQUIRE(lane.put({Job{}}, ManualClock::kStart));
  CHECK(lane.room(ManualClock::kStart) == 0);
  CHECK(lane.room(ManualClock::kStart - kDay) == 1);
}
