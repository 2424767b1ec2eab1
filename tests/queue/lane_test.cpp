#include "queue/lane.h"

#include <future>

#include "support/catch.h"
#include "support/fixed_random.h"
#include "support/manual_clock.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr auto kSince = Lane::Proof::accepted_since;
constexpr int kRoomOfTwo = 2 * Lane::kAhead;  // of a lane with two workers
const DispatcherOptions kLimits{.lane_rest_min = Millis{1000}, .lane_rest_max = Millis{4000}};
SameBytes least(0x00);  // rests of 85 % of their length

std::vector<Job> jobs(int count, std::int64_t lease = 1) {
  static std::int64_t id = 0;
  std::vector<Job> made(static_cast<std::size_t>(count));
  for (Job& job : made) {
    job.id = ++id;
    job.lease = lease;
  }
  return made;
}

LaneOptions options(int workers, int rate_per_second = 0) {
  return {.name = "mail", .workers = workers, .rate_per_second = rate_per_second};
}

Time rest(Lane& lane, Time now, LaneState state = LaneState::resting) {
  return lane.rest(now, state, "away", least);
}

// A job goes through the lane. False: there was none.
bool run(Lane& lane, Time now, bool accepted = true) {
  if (lane.room(now) == 0 || !lane.put(jobs(1), now)) return false;
  const Job job = lane.take().value();
  lane.went_well(job, now, accepted);
  lane.ran(job.id);
  lane.settled(job);
  return true;
}

}  // namespace

TEST_CASE("lane: has room for some jobs for each worker, less what is in hand", "[queue]") {
  Lane lane(options(2), kLimits);
  CHECK(lane.room(kNow) == kRoomOfTwo);
  REQUIRE(lane.put(jobs(3), kNow));
  CHECK(lane.room(kNow) == kRoomOfTwo - 3);
  const Job job = lane.take().value();
  CHECK(lane.room(kNow) == kRoomOfTwo - 3);
  lane.ran(job.id);
  CHECK(lane.room(kNow) == kRoomOfTwo - 3);  // its result is not stored
  lane.settled(job);
  CHECK(lane.room(kNow) == kRoomOfTwo - 2);
  CHECK_FALSE(lane.room_again_at());
}

TEST_CASE("lane: begins nothing more while too many results wait to be stored", "[queue]") {
  constexpr int kMost = Lane::kUnsettled;
  Lane lane(options(1), kLimits);
  REQUIRE(lane.put(jobs(kMost + 2), kNow));
  std::vector<Job> taken;
  for (int i = 0; i < kMost; ++i) {
    taken.push_back(lane.take().value());
    lane.ran(taken.back().id);
  }
  auto next = std::async(std::launch::async, [&lane] { return lane.take(); });
  CHECK(next.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  lane.settled(taken.front());
  CHECK(next.get());
}

TEST_CASE("lane: knows the leases of what is in hand", "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(lane.put(jobs(2, 7), kNow));
  REQUIRE(lane.put(jobs(1, 8), kNow));
  const Job first = lane.take().value();
  const Job second = lane.take().value();
  lane.settled(first);
  CHECK(lane.leases() == std::set<std::int64_t>{7, 8});
  lane.settled(second);
  CHECK(lane.leases() == std::set<std::int64_t>{8});
  const std::vector<Job> drained = lane.drain();
  REQUIRE(drained.size() == 1);
  CHECK(lane.leases() == std::set<std::int64_t>{8});  // it is not put back yet
  lane.settled(drained[0]);
  CHECK(lane.leases().empty());
}

TEST_CASE("lane: after trouble it rests, and then one job tries the way", "[queue]") {
  Lane lane(options(2), kLimits);
  CHECK(rest(lane, kNow) == kNow + Millis{850});
  CHECK(lane.room(kNow + Millis{849}) == 0);
  CHECK(lane.room_again_at() == kNow + Millis{850});
  CHECK(lane.room(kNow + Millis{850}) == 1);
  CHECK_FALSE(lane.room_again_at());
  REQUIRE(lane.put(jobs(1), kNow + Millis{850}));
  CHECK(lane.room(kNow + Millis{850}) == 0);
  const Job probe = lane.take().value();
  lane.went_well(probe, kNow, true);
  lane.ran(probe.id);
  lane.settled(probe);
  CHECK(lane.room(kNow + Millis{850}) == kRoomOfTwo);
}

TEST_CASE("lane: rests grow with troubles in a row and are short again after success", "[queue]") {
  Lane lane(options(2), kLimits);
  Time now = kNow;
  for (const int length : {850, 1700, 3400, 3400}) {
    CHECK(rest(lane, now) == now + Millis{length});
    now += Millis{length};
    CHECK(lane.room(now) == 1);
  }
  REQUIRE(run(lane, now));
  CHECK(rest(lane, now) == now + Millis{850});
}

TEST_CASE("lane: trouble that several jobs meet together counts once", "[queue]") {
  Lane lane(options(2), kLimits);
  rest(lane, kNow);
  CHECK(rest(lane, kNow + Millis{1}) == kNow + Millis{850});
  CHECK(rest(lane, kNow + Millis{850}) == kNow + Millis{850 + 1700});
}

TEST_CASE("lane: a stop is a longer rest, and holds during another rest too", "[queue]") {
  Lane lane(options(2), kLimits);
  rest(lane, kNow);
  CHECK(rest(lane, kNow + Millis{1}, LaneState::stopped) == kNow + Millis{1} + Lane::kStop);
  CHECK(rest(lane, kNow + Millis{2}) == kNow + Millis{1} + Lane::kStop);
  CHECK(lane.status().state == LaneState::stopped);
}

TEST_CASE("lane: where mails were taken a moment ago, the next one shows whether it is a stop",
          "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(run(lane, kNow));
  CHECK(rest(lane, kNow, LaneState::stopped) == kNow + Millis{850});
  CHECK(lane.status().state == LaneState::stopped);
  const Time later = kNow + Millis{850};
  REQUIRE(run(lane, later, false));  // refused for its own sake: that ends no stop
  CHECK(lane.status().state == LaneState::stopped);
  CHECK(lane.room(later) == 1);
  CHECK(rest(lane, later, LaneState::stopped) == later + Lane::kStop);
  CHECK(lane.room(later + Lane::kStop - Millis{1}) == 0);
  REQUIRE(run(lane, later + Lane::kStop));
  CHECK(lane.status().state == LaneState::working);
  CHECK(lane.room(later + Lane::kStop) == kRoomOfTwo);
}

TEST_CASE("lane: tells since when, why and until when it does not work", "[queue]") {
  Lane lane(options(2), kLimits);
  const LaneStatus well = lane.status();
  CHECK(well == LaneStatus{"mail", LaneState::working, "", {}, {}, 2});
  CHECK(lane.unstored_status() == well);
  lane.stored(well);
  CHECK_FALSE(lane.unstored_status());
  rest(lane, kNow);
  const Time later = kNow + Millis{900};
  lane.rest(later, LaneState::stopped, "550 no", least);
  CHECK(lane.unstored_status() ==
        LaneStatus{"mail", LaneState::stopped, "550 no", kNow, later + Lane::kStop, 2});
  lane.end_rest();
  CHECK(lane.room(later) == 1);
  CHECK(lane.status() == well);  // until it finds otherwise
  REQUIRE(run(lane, later));
  CHECK_FALSE(lane.unstored_status());
}

TEST_CASE("lane: what was begun before the trouble does not end the rest", "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(lane.put(jobs(1), kNow));
  const Job early = lane.take().value();
  rest(lane, kNow);
  lane.went_well(early, kNow, true);
  lane.ran(early.id);
  lane.settled(early);
  CHECK(lane.room(kNow) == 0);
  CHECK(lane.room(kNow + Millis{850}) == 1);
}

TEST_CASE("lane: goes on with fewer sessions while others work, and tries one more later",
          "[queue]") {
  Lane lane(options(4), kLimits);
  REQUIRE(lane.put(jobs(8), kNow));
  std::vector<Job> running;
  for (int i = 0; i < 4; ++i) running.push_back(lane.take().value());
  CHECK(lane.narrow(kNow) == 3);
  lane.ran(running[3].id);
  CHECK(lane.status().sessions == 3);
  CHECK(lane.status().state == LaneState::working);
  CHECK(lane.room(kNow) == 3 * Lane::kAhead - 8);
  auto fourth = std::async(std::launch::async, [&lane] { return lane.take(); });
  CHECK(fourth.wait_for(std::chrono::milliseconds(50)) == std::future_status::timeout);
  lane.room(kNow + Lane::kWidenEvery - Millis{1});
  CHECK(lane.status().sessions == 3);
  lane.room(kNow + Lane::kWidenEvery);
  CHECK(lane.status().sessions == 4);
  REQUIRE(fourth.get());
  // It did not work: soon back to three, and again later.
  CHECK(lane.narrow(kNow + Lane::kWidenEvery) == 3);
}

TEST_CASE("lane: where no other session works, fewer of them are no help", "[queue]") {
  Lane lane(options(3), kLimits);
  REQUIRE(lane.put(jobs(3), kNow));
  const Job first = lane.take().value();
  CHECK_FALSE(lane.narrow(kNow));  // nobody else is at it, and nothing was taken yet
  lane.take();
  CHECK(lane.narrow(kNow) == 2);
  CHECK(lane.narrow(kNow) == 1);
  CHECK_FALSE(lane.narrow(kNow));
  rest(lane, kNow);
  CHECK(lane.status().sessions == 3);  // it was not their number
  CHECK_FALSE(lane.narrow(kNow));      // and now it rests
}

TEST_CASE("lane: a session that worked a moment ago counts as one that works", "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(run(lane, kNow));
  REQUIRE(lane.put(jobs(1), kNow));
  lane.take();
  CHECK(lane.narrow(kNow) == 1);
}

TEST_CASE("lane: a refused job lets others go first, until one of them is accepted", "[queue]") {
  Lane lane(options(1), kLimits);
  rest(lane, kNow, LaneState::stopped);
  lane.set_aside(7, kNow, least);
  const Time until = kNow + Lane::kStop + Millis{51'000};
  CHECK(lane.aside(kNow) == std::vector<std::int64_t>{7});
  CHECK(lane.aside_until() == until);
  CHECK_FALSE(lane.readmits(kNow + Lane::kStop));
  REQUIRE(run(lane, kNow + Lane::kStop));
  CHECK(lane.readmits(kNow + Lane::kStop));
  CHECK_FALSE(lane.readmits(kNow + Lane::kStop));
  CHECK(lane.aside(kNow + Lane::kStop).empty());
  CHECK_FALSE(lane.aside_until());
}

TEST_CASE("lane: a job refused again while others are accepted waits, longer each time",
          "[queue]") {
  Lane lane(options(1), kLimits);
  lane.set_aside(7, kNow, least);
  for (const int length : {102'000, 204'000}) {
    REQUIRE(run(lane, kNow));
    lane.readmits(kNow);
    lane.set_aside(7, kNow, least);
    lane.set_aside(7, kNow, least);  // nothing was accepted in between: no longer
    CHECK(lane.aside_until() == kNow + Millis{length});
    REQUIRE(run(lane, kNow));
    CHECK(lane.aside(kNow) == std::vector<std::int64_t>{7});
    CHECK_FALSE(lane.readmits(kNow + Millis{length - 1}));
  }
  CHECK(lane.readmits(kNow + Millis{204'000}));
  Job job;
  job.id = 7;
  lane.went_well(job, kNow, false);  // refused for its own sake
  lane.set_aside(7, kNow, least);
  CHECK(lane.aside_until() == kNow + Millis{51'000});
  lane.end_rest();
  CHECK(lane.aside(kNow).empty());
}

TEST_CASE("lane: where mails were taken a moment ago, another job shows at once whose fault it is",
          "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(run(lane, kNow));
  REQUIRE(lane.put(jobs(1), kNow));
  const Job refused = lane.take().value();
  CHECK_FALSE(lane.blames_job(refused.id, kNow, kSince));
  CHECK(lane.doubt(refused.id, kNow, "550 5.7.1", least) == kNow);
  lane.set_aside(refused.id, kNow, least);
  lane.ran(refused.id);
  lane.settled(refused);
  CHECK(lane.status().state == LaneState::stopped);
  CHECK(lane.aside(kNow) == std::vector<std::int64_t>{refused.id});
  CHECK_FALSE(lane.tries_with_any());
  CHECK(lane.room(kNow) == 1);
  REQUIRE(run(lane, kNow));
  CHECK(lane.status().state == LaneState::working);
  CHECK(lane.room(kNow) == kRoomOfTwo);
  CHECK(lane.readmits(kNow));
  CHECK(lane.blames_job(refused.id, kNow, kSince));        // refused again, and another one was not
  CHECK_FALSE(lane.blames_job(refused.id, kNow, kSince));  // none was accepted since
  REQUIRE(run(lane, kNow));
  lane.forget(refused.id);
  CHECK_FALSE(lane.blames_job(refused.id, kNow, kSince));
}

TEST_CASE("lane: of jobs refused in a row, the third is no coincidence", "[queue]") {
  Lane lane(options(1), kLimits);
  CHECK(lane.doubt(1, kNow, "550 5.7.1", least) == kNow + Millis{850});
  CHECK(lane.room(kNow + Millis{849}) == 0);
  // One that comes back alone makes the others wait no longer.
  for (const Millis later : {Millis{1000}, Millis{2000}, Millis{3000}}) {
    CHECK(lane.doubt(1, kNow + later, "550 5.7.1", least) == kNow + later + Millis{850});
  }
  CHECK(lane.doubt(2, kNow + Millis{4000}, "550 5.7.1", least) == kNow + Millis{4000 + 1700});
  CHECK_FALSE(lane.doubt(3, kNow + Millis{6000}, "550 5.7.1", least));
  CHECK(rest(lane, kNow + Millis{6000}, LaneState::stopped) == kNow + Millis{6000} + Lane::kStop);
  CHECK(lane.tries_with_any());
  REQUIRE(run(lane, kNow + Millis{6000} + Lane::kStop));
  CHECK(lane.doubt(3, kNow + Millis{400'000}, "550 5.7.1", least) == kNow + Millis{400'000});
}

TEST_CASE("lane: a job in doubt waits, rather than the lane", "[queue]") {
  Lane lane(options(1), kLimits);
  lane.doubt(7, kNow, "550 5.7.1", least);
  lane.set_aside(7, kNow, least);
  CHECK(lane.aside_until() == kNow + Millis{850} + Lane::kStop);
  CHECK(lane.room(kNow + Millis{850}) == 1);
}

TEST_CASE("lane: so many jobs are set aside and no more", "[queue]") {
  Lane lane(options(1), kLimits);
  for (std::size_t i = 0; i < Lane::kMostAside + 10; ++i) {
    lane.set_aside(static_cast<std::int64_t>(i), kNow + Millis{static_cast<std::int64_t>(i)},
                   least);
  }
  CHECK(lane.aside(kNow).size() == Lane::kMostAside);
  CHECK(lane.aside(kNow).front() == 10);
}

TEST_CASE("lane: what was claimed while it came to rest is not taken in", "[queue]") {
  Lane lane(options(2), kLimits);
  rest(lane, kNow);
  CHECK_FALSE(lane.put(jobs(4), kNow));
  CHECK(lane.drain().empty());
  CHECK(lane.leases().empty());
}

TEST_CASE("lane: keeps to its rate, and asks for more when the rate allows it", "[queue]") {
  Lane lane(options(4, 10), kLimits);
  CHECK(lane.room(kNow) == 1);
  REQUIRE(lane.put(jobs(1), kNow));
  // There are workers to spare, so the next claim must not wait for the end of the first job.
  CHECK(lane.room_again_at() == kNow + Millis{100});
  CHECK(lane.room(kNow + Millis{99}) == 0);
  CHECK(lane.room(kNow + Millis{100}) == 1);
  CHECK_FALSE(lane.room_again_at());
}

TEST_CASE("lane: bursts are a tenth of a second's worth, and are paid for", "[queue]") {
  Lane lane(options(100, 50), kLimits);
  CHECK(lane.room(kNow) == 5);
  REQUIRE(lane.put(jobs(5), kNow));
  CHECK(lane.room_again_at() == kNow + Millis{100});
}

TEST_CASE("lane: trouble counts while the rate holds it back", "[queue]") {
  Lane lane(options(2, 10), kLimits);
  REQUIRE(lane.put(jobs(1), kNow));
  const Job job = lane.take().value();
  CHECK(lane.room(kNow) == 0);
  CHECK(rest(lane, kNow) == kNow + Millis{850});
  lane.ran(job.id);
  lane.settled(job);
  CHECK(lane.room(kNow + Millis{100}) == 0);
  CHECK(lane.room_again_at() == kNow + Millis{850});
  CHECK(lane.room(kNow + Millis{850}) == 1);
}

TEST_CASE("lane: once closed it hands out nothing", "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(lane.put(jobs(2), kNow));
  const Job job = lane.take().value();
  lane.close();
  CHECK_FALSE(lane.take());
  CHECK(lane.room(kNow) == 0);
  CHECK_FALSE(lane.wait_idle(Millis{0}));
  CHECK_FALSE(lane.put(jobs(1), kNow));
  CHECK(lane.drain().size() == 1);
  lane.ran(job.id);
  CHECK(lane.wait_idle(Millis{0}));
}

TEST_CASE("lane: a job that is refused soon after others were accepted is refused for its own sake",
          "[queue]") {
  constexpr auto kLately = Lane::Proof::accepted_lately;
  Lane lane(options(2), kLimits);
  CHECK_FALSE(lane.blames_job(1, kNow, kLately));  // nothing was accepted yet
  REQUIRE(run(lane, kNow));
  CHECK(lane.blames_job(1, kNow, kLately));
  CHECK(lane.status().state == LaneState::working);
  const Time later = kNow + std::chrono::hours(1);
  CHECK(lane.blames_job(1, later, kLately));        // once proven it stays so
  CHECK_FALSE(lane.blames_job(2, later, kLately));  // another one is not proven
  REQUIRE(run(lane, later));
  CHECK(lane.blames_job(1, later, kLately));
  CHECK(lane.blames_job(2, later, kLately));
  CHECK_FALSE(lane.blames_job(3, later, kLately));  // so many in a row are no coincidence
  CHECK_FALSE(lane.blames_job(1, later, kLately));
}

TEST_CASE("lane: in doubt it says when the refused job is tried again", "[queue]") {
  Lane lane(options(2), kLimits);
  REQUIRE(lane.doubt(1, kNow, "550 5.7.1", least));
  lane.set_aside(1, kNow, least);
  const Time end_of_rest = lane.status().until.value();
  CHECK(end_of_rest > kNow);
  static_cast<void>(lane.room(end_of_rest));
  CHECK(lane.status().state == LaneState::stopped);
  CHECK(lane.status().until == lane.aside_until());
}
