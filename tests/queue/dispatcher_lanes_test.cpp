// What the dispatcher tells others: how jobs ended, and how its lanes are doing.
#include <algorithm>
#include <mutex>
#include <set>

#include "promotions/queue/dispatcher.h"
#include "queue/dispatch_office.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Kind = JobResult::Kind;

constexpr Millis kMinute = std::chrono::minutes(1);

LaneStatus mail_lane(DispatchOffice& office) {
  for (const LaneStatus& lane :
       office.storage->read([](const Stores& stores) { return stores.lanes.all(); })) {
    if (lane.name == "mail") return lane;
  }
  return {};
}

}  // namespace

TEST_CASE("dispatcher: tells of each job's end once, in the write that ends it", "[queue]") {
  std::mutex mutex;
  std::map<std::string, JobEnding> endings;
  DispatchOffice office;
  office.options.hooks.ended = [&](Stores& stores, const Job& job, JobEnding ending, Time) {
    const bool has_ended = stores.jobs.find(job.id).value().finished_at.has_value();
    const std::lock_guard lock(mutex);
    if (has_ended) endings[job.kind + ": " + job.last_error] = ending;
  };
  const auto ends_as = [&](const std::string& kind, const JobResult& ending) {
    office.handle(kind, [ending](const Job&) { return ending; });
  };
  ends_as("done", {});
  ends_as("refused", result(Kind::fail, "550 no"));
  ends_as("tired", result(Kind::retry, "451 later"));
  ends_as("needless", result(Kind::cancel, "erased"));
  JobResult doubt = result(Kind::fail, "no answer");
  doubt.in_doubt = true;
  ends_as("doubt", doubt);
  const std::int64_t lost = office.enqueue("lost", "mail", 1);
  office.storage->write([&](Stores& stores) {
    stores.jobs.claim("mail", 1, 7, office.clock.now());  // by a process that is gone
  });
  for (const char* kind : {"done", "refused", "tired", "needless", "doubt"}) {
    office.enqueue(kind, "mail", 1);
  }
  office.start();
  REQUIRE(office.log.wait_for("kind=doubt attempt=1 fail: in doubt: no answer"));
  REQUIRE(office.stop());
  CHECK(office.job(lost).state == JobState::dead);
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
  DispatchOffice office;
  office.options.hooks.revived = [&](Stores&, const Job&, Time) { ++revived; };
  office.handle("mail", [&](const Job& job) {
    ran.happen();
    if (!about_us) return JobResult{};
    if (job.id != dead.back()) return result(Kind::fail, "550 no");
    JobResult ours = lane_trouble("550 no", JobResult::Lane::stopped);
    ours.take_back.assign(dead.begin(), dead.end() - 1);
    return ours;
  });
  for (int i = 0; i < 3; ++i) dead.push_back(office.enqueue("mail"));
  office.start();
  REQUIRE(office.log.wait_for("lane=mail STOPPED: 550 no"));
  for (const std::int64_t id : dead) {
    REQUIRE(office.comes_to(id, JobState::ready));
    CHECK(office.job(id).attempt == 0);
  }
  CHECK(revived == 2);
  REQUIRE(office.looks());
  CHECK(ran.count() == 3);
  about_us = false;
  office.dispatcher->try_again();  // an operator mended it
  REQUIRE(ran.wait(6));
  REQUIRE(office.stop());
  for (const std::int64_t id : dead) CHECK(office.job(id).state == JobState::done);
}

TEST_CASE("dispatcher: a lane's state is stored when it changes", "[queue]") {
  std::atomic<bool> down{true};
  DispatchOffice office;
  office.handle("mail", [&](const Job&) {
    return down ? lane_trouble("553 not owned", JobResult::Lane::stopped) : JobResult{};
  });
  office.storage->write([&](Stores& stores) {  // what a former process left
    stores.lanes.set({"mail", LaneState::resting, "away", office.clock.now(), {}, 1});
  });
  office.start();
  CHECK(mail_lane(office) == LaneStatus{"mail", LaneState::working, "", {}, {}, 1});
  const std::int64_t id = office.enqueue("mail");
  REQUIRE(office.log.wait_for("lane=mail STOPPED: 553 not owned"));
  REQUIRE(office.comes_to(id, JobState::ready));
  REQUIRE(office.looks());
  CHECK(mail_lane(office) == LaneStatus{"mail", LaneState::stopped, "553 not owned",
                                        office.clock.now(), office.clock.now() + 5 * kMinute, 1});
  down = false;
  office.dispatcher->try_again();
  REQUIRE(office.log.wait_for("kind=mail attempt=1 done"));
  REQUIRE(office.looks());
  CHECK(mail_lane(office).state == LaneState::working);
}

TEST_CASE("dispatcher: a job that others are accepted beside ends in time, and delays none of them",
          "[queue]") {
  std::vector<JobEnding> endings;
  DispatchOffice office;
  office.options.hooks.ended = [&](Stores&, const Job& job, JobEnding ending, Time) {
    if (job.kind == "poison") endings.push_back(ending);
  };
  office.handle("mail", [](const Job&) { return JobResult{}; });
  office.handle("poison", [](const Job&) {
    JobResult refused = lane_trouble("550 5.7.1", JobResult::Lane::doubted);
    refused.attempts_if_own = 3;
    return refused;
  });
  const auto is_done = [&](std::int64_t id) {
    return office.log.wait_for("job=" + std::to_string(id) + " kind=mail attempt=1 done");
  };
  office.start();
  REQUIRE(is_done(office.enqueue("mail")));
  const std::int64_t poison = office.enqueue("poison", "mail", 100);
  // The clock stands still: nobody rests.
  for (int i = 0; i < 5; ++i) REQUIRE(is_done(office.enqueue("mail")));
  REQUIRE(office.comes_to(poison, JobState::scheduled));
  CHECK(office.job(poison).attempt == 1);
  REQUIRE(office.looks());
  CHECK(mail_lane(office).state == LaneState::working);

  // What was found out is in the database.
  REQUIRE(office.stop());
  office.reopen();
  office.start();
  REQUIRE(is_done(office.enqueue("mail")));
  office.advance(2 * kMinute);
  REQUIRE(office.log.wait_for("kind=poison attempt=2 "));
  REQUIRE(office.comes_to(poison, JobState::scheduled));
  // No other one comes any more, and none is needed.
  office.advance(20 * kMinute);
  REQUIRE(office.log.wait_for("kind=poison attempt=3 fail: 550 5.7.1"));
  CHECK(office.job(poison).state == JobState::dead);
  CHECK(endings == std::vector{JobEnding::refused});
  CHECK(office.log.text().find("STOPPED") == std::string::npos);
  REQUIRE(office.stop());
}

TEST_CASE("dispatcher: whose fault a refusal is, the next job shows where none was accepted before",
          "[queue]") {
  DispatchOffice office;
  office.handle("mail", [](const Job&) { return JobResult{}; });
  office.handle("poison", [](const Job&) {
    JobResult refused = lane_trouble("550 5.7.1", JobResult::Lane::doubted);
    refused.attempts_if_own = 3;
    return refused;
  });
  const std::int64_t poison = office.enqueue("poison", "mail", 100);
  office.start();
  REQUIRE(office.log.wait_for("lane=mail STOPPED: 550 5.7.1; "));
  const std::int64_t good = office.enqueue("mail");
  office.advance(Millis{6000});
  REQUIRE(office.comes_to(good, JobState::done));
  REQUIRE(office.comes_to(poison, JobState::scheduled));
  CHECK(office.job(poison).attempt == 1);
  CHECK(mail_lane(office).state == LaneState::working);
  REQUIRE(office.stop());
}

TEST_CASE("dispatcher: where nothing is accepted the mails in doubt keep their attempts",
          "[queue]") {
  Event ran;
  DispatchOffice office;
  office.handle("mail", [&](const Job&) {
    ran.happen();
    JobResult refused = lane_trouble("550 5.7.1", JobResult::Lane::doubted);
    refused.attempts_if_own = 3;
    return refused;
  });
  std::vector<std::int64_t> all;
  for (int i = 0; i < 5; ++i) all.push_back(office.enqueue("mail"));
  office.start();
  for (std::size_t i = 0; i < 2; ++i) {
    REQUIRE(office.log.wait_for("about job=" + std::to_string(all[i]) + " alone"));
    office.advance(Millis{12'000});
  }
  REQUIRE(ran.wait(3));
  REQUIRE(office.log.wait_for("next try in 300 s"));
  for (int i = 0; i < 60; ++i) {
    office.advance(6 * kMinute);
    REQUIRE(office.looks());
  }
  for (const std::int64_t id : all) {
    REQUIRE(office.comes_to(id, JobState::ready));
    CHECK(office.job(id).attempt == 0);
  }
  CHECK(mail_lane(office).state == LaneState::stopped);
  CHECK(ran.count() <= 3 + 61);
  REQUIRE(office.stop());
}

TEST_CASE("dispatcher: a job that is always refused for what we are holds up no other", "[queue]") {
  std::mutex mutex;
  std::multiset<std::int64_t> tried;
  std::atomic<std::int64_t> poison{0};
  Event ran;
  DispatchOffice office;
  office.options.lane_rest_min = office.options.lane_rest_max = Millis{1000};
  office.handle("mail", [&](const Job& job) {
    {
      const std::lock_guard lock(mutex);
      tried.insert(job.id);
    }
    ran.happen();
    return job.id == poison ? lane_trouble("550 5.7.1", JobResult::Lane::stopped) : JobResult{};
  });
  poison = office.enqueue("mail");
  std::vector<std::int64_t> others;
  for (int i = 0; i < 5; ++i) others.push_back(office.enqueue("mail"));
  office.start();
  REQUIRE(ran.wait(1));
  REQUIRE(office.comes_to(poison, JobState::ready));  // again
  // Once another one was accepted it is tried again. Then it is its own matter, and the lane rests
  // for a second only.
  office.advance(5 * kMinute);
  REQUIRE(ran.wait(3));
  const auto all_done = [&] {
    return std::all_of(others.begin(), others.end(),
                       [&](std::int64_t id) { return office.job(id).state == JobState::done; });
  };
  for (int i = 0; i < 100 && !all_done(); ++i) {
    office.advance(Millis{500});
    REQUIRE(office.looks());
  }
  CHECK(all_done());
  CHECK(office.job(poison).attempt == 0);
  REQUIRE(office.stop());
  CHECK(tried.count(poison) == 2);
}
