#include "queue/lane.h"

#include <future>

#include "support/catch.h"
#include "support/fixed_random.h"
#include "support/manual_clock.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr int kRoomOfTwo = 2 * Lane::kAhead;  // of a lane with two workers
const DispatcherOptions kLimits{.lane_rest_min = Millis{1000}, .lane_rest_max = Millis{4000}};
SameBytes least(0x00);  // rests of 85 % of their length

std::vector<Job> jobs(int count, std::int64_t lease = 1) {
  std::vector<Job> made(static_cast<std::size_t>(count));
  for (Job& job : made) job.lease = lease;
  return made;
}

LaneOptions options(int workers, int rate_per_second = 0) {
  return {.name = "mail", .workers = workers, .rate_per_second = rate_per_second};
}

}  // namespace

TEST_CASE("lane: has room for some jobs for each worker, less what is in hand", "[queue]") {
  Lane lane(options(2), kLimits);
  CHECK(lane.room(kNow) == kRoomOfTwo);
  REQUIRE(lane.put(jobs(3), kNow));
  CHECK(lane.room(kNow) == kRoomOfTwo - 3);
  const Job job = lane.take().value();
  CHECK(lane.room(kNow) == kRoomOfTwo - 3);
  lane.ran();
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
    lane.ran();
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
  CHECK(lane.rest(kNow, Millis{0}, least) == kNow + Millis{850});
  CHECK(lane.room(kNow + Millis{849}) == 0);
  CHECK(lane.room_again_at() == kNow + Millis{850});
  CHECK(lane.room(kNow + Millis{850}) == 1);
  CHECK_FALSE(lane.room_again_at());
  REQUIRE(lane.put(jobs(1), kNow + Millis{850}));
  CHECK(lane.room(kNow + Millis{850}) == 0);
  const Job probe = lane.take().value();
  lane.succeeded();
  lane.ran();
  lane.settled(probe);
  CHECK(lane.room(kNow + Millis{850}) == kRoomOfTwo);
}

TEST_CASE("lane: rests grow with troubles in a row and are short again after success", "[queue]") {
  Lane lane(options(2), kLimits);
  Time now = kNow;
  for (const int rest : {850, 1700, 3400, 3400}) {
    CHECK(lane.rest(now, Millis{0}, least) == now + Millis{rest});
    now += Millis{rest};
    CHECK(lane.room(now) == 1);
  }
  lane.succeeded();
  CHECK(lane.rest(now, Millis{0}, least) == now + Millis{850});
}

TEST_CASE("lane: trouble that several jobs meet together counts once", "[queue]") {
  Lane lane(options(2), kLimits);
  lane.rest(kNow, Millis{0}, least);
  CHECK(lane.rest(kNow + Millis{1}, Millis{0}, least) == kNow + Millis{850});
  CHECK(lane.rest(kNow + Millis{850}, Millis{0}, least) == kNow + Millis{850 + 1700});
}

TEST_CASE("lane: a longer rest that is asked for holds during another rest too", "[queue]") {
  Lane lane(options(2), kLimits);
  lane.rest(kNow, Millis{0}, least);
  CHECK(lane.rest(kNow + Millis{1}, Millis{9000}, least) == kNow + Millis{9001});
  CHECK(lane.rest(kNow + Millis{2}, Millis{0}, least) == kNow + Millis{9001});
}

TEST_CASE("lane: what was claimed while it came to rest is not taken in", "[queue]") {
  Lane lane(options(2), kLimits);
  lane.rest(kNow, Millis{0}, least);
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
  CHECK(lane.rest(kNow, Millis{0}, least) == kNow + Millis{850});
  lane.ran();
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
  lane.ran();
  CHECK(lane.wait_idle(Millis{0}));
}
