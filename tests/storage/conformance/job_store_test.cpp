#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr Time kLeaseEnd = kNow + std::chrono::minutes(15);
constexpr std::int64_t kLease = 11;

using Ids = std::vector<std::int64_t>;

struct Queue : Database {
  std::int64_t enqueue(const NewJob& job = {.lane = "mail", .kind = "test", .max_attempts = 3}) {
    return write([&](Stores& stores) { return stores.jobs.enqueue(job, kNow); });
  }
  std::vector<Job> claim(int limit = 10, std::int64_t lease = kLease) {
    return write(
        [&](Stores& stores) { return stores.jobs.claim("mail", limit, lease, kLeaseEnd); });
  }
  Job find(std::int64_t id) {
    return read([&](const Stores& stores) { return stores.jobs.find(id).value(); });
  }
  template <typename Change>
  bool change(Change change_job) {
    return write([&](Stores& stores) { return change_job(stores.jobs); });
  }
  std::int64_t count(JobState state) {
    const auto counts = read([](const Stores& stores) { return stores.jobs.counts(); });
    for (std::size_t i = 0; i < kJobStates.size(); ++i) {
      if (kJobStates.at(i) == state) return counts.by_state.at(i);
    }
    return -1;
  }
  // A job in `state`, whichever way it got there.
  std::int64_t job_in(JobState state) {
    const std::int64_t id = enqueue();
    if (state == JobState::ready) return id;
    const Job job = claim().back();
    change([&](JobStore& jobs) {
      switch (state) {
        case JobState::scheduled:
          return jobs.retry_later(job, "later", kNow + Millis{5});
        case JobState::done:
          return jobs.complete(job, kNow);
        case JobState::dead:
          return jobs.fail(job, "broken", kNow);
        case JobState::cancelled:
          return jobs.cancel_claimed(job, "needless", kNow);
        default:
          return true;
      }
    });
    return id;
  }
};

Ids ids_of(const std::vector<Job>& jobs) {
  Ids ids;
  for (const Job& job : jobs) ids.push_back(job.id);
  return ids;
}

bool same(const Job& a, const Job& b) {
  return a.state == b.state && a.attempt == b.attempt && a.run_at == b.run_at &&
         a.finished_at == b.finished_at && a.lease == b.lease && a.last_error == b.last_error;
}

}  // namespace

TEST_CASE("job states: their names are read back", "[storage]") {
  for (const JobState state : kJobStates) CHECK(parse_job_state(to_text(state)) == state);
  CHECK_FALSE(parse_job_state("Ready"));
  CHECK_FALSE(parse_job_state(""));
}

TEST_CASE("job store: a job is ready at once, or scheduled for later", "[storage]") {
  Queue queue;
  const Job now = queue.find(queue.enqueue({.lane = "mail",
                                            .kind = "winner",
                                            .campaign_id = 5,
                                            .subscriber_id = 6,
                                            .priority = 1,
                                            .max_attempts = 12}));
  CHECK(now.lane == "mail");
  CHECK(now.kind == "winner");
  CHECK(now.campaign_id == 5);
  CHECK(now.subscriber_id == 6);
  CHECK(now.state == JobState::ready);
  CHECK(now.attempt == 0);
  CHECK(now.max_attempts == 12);
  CHECK(now.run_at == kNow);
  CHECK(now.created_at == kNow);
  CHECK_FALSE(now.finished_at);
  CHECK(now.lease == 0);
  CHECK(queue.find(queue.enqueue({.lane = "mail", .kind = "test", .run_at = kNow})).state ==
        JobState::ready);
  const Job later =
      queue.find(queue.enqueue({.lane = "mail", .kind = "test", .run_at = kNow + Millis{1}}));
  CHECK(later.state == JobState::scheduled);
  CHECK(later.run_at == kNow + Millis{1});
  CHECK(later.campaign_id == 0);
  CHECK(queue.read([](const Stores& stores) { return stores.jobs.next_run_at(); }) ==
        kNow + Millis{1});
}

TEST_CASE("job store: a claim begins an attempt under a lease, in its lane only", "[storage]") {
  Queue queue;
  queue.enqueue({.lane = "work", .kind = "test"});
  queue.enqueue({.lane = "mail", .kind = "test", .run_at = kNow + Millis{1}});
  const std::int64_t first = queue.enqueue();
  const std::int64_t second = queue.enqueue();
  const auto claimed = queue.claim(1);
  REQUIRE(ids_of(claimed) == Ids{first});
  CHECK(claimed[0].state == JobState::running);
  CHECK(claimed[0].attempt == 1);
  CHECK(claimed[0].lease == kLease);
  CHECK(same(claimed[0], queue.find(first)));
  CHECK(ids_of(queue.claim(10)) == Ids{second});
  CHECK(queue.claim(10).empty());
}

TEST_CASE("job store: the first ready priority is that of the lane's next job", "[storage]") {
  Queue queue;
  const auto first = [&](std::int64_t at_least) {
    return queue.read(
        [&](const Stores& stores) { return stores.jobs.first_ready_priority("mail", at_least); });
  };
  CHECK_FALSE(first(0));
  constexpr std::int64_t kLarge = 17'900'000'000'000;  // beyond 32 bits
  queue.enqueue({.lane = "mail", .kind = "test", .priority = kLarge + 1});
  queue.enqueue({.lane = "mail", .kind = "test", .priority = kLarge});
  queue.enqueue({.lane = "mail", .kind = "test", .priority = 3});
  queue.enqueue({.lane = "work", .kind = "test", .priority = 20});
  queue.enqueue({.lane = "mail", .kind = "test", .priority = 20, .run_at = kNow + Millis{1}});
  CHECK(first(0) == 3);
  CHECK(first(10) == kLarge);
  CHECK_FALSE(first(kLarge + 2));
  REQUIRE(queue.claim(2).size() == 2);
  CHECK(first(0) == kLarge + 1);
}

TEST_CASE("job store: claims go by priority, then by age, within one claim too", "[storage]") {
  Queue queue;
  const auto add = [&](int priority) {
    return queue.enqueue({.lane = "mail", .kind = "test", .priority = priority});
  };
  const std::int64_t low1 = add(10);
  const std::int64_t low2 = add(10);
  const std::int64_t high1 = add(0);
  const std::int64_t middle = add(5);
  const std::int64_t high2 = add(0);
  CHECK(ids_of(queue.claim(1)) == Ids{high1});
  CHECK(ids_of(queue.claim(3)) == Ids{high2, middle, low1});
  CHECK(ids_of(queue.claim(3)) == Ids{low2});
}

TEST_CASE("job store: a ready job out of attempts does not stall claims", "[storage]") {
  Queue queue;
  const std::int64_t odd = queue.enqueue({.lane = "mail", .kind = "test", .max_attempts = 0});
  const std::int64_t next = queue.enqueue();
  CHECK(ids_of(queue.claim(2)) == Ids{odd, next});
}

TEST_CASE("job store: the ends of an attempt", "[storage]") {
  Queue queue;
  const std::int64_t id = queue.enqueue();
  const Job job = queue.claim().front();
  SECTION("complete") {
    CHECK(queue.change([&](JobStore& jobs) { return jobs.complete(job, kNow + Millis{1}); }));
    CHECK(queue.find(id).state == JobState::done);
    CHECK(queue.find(id).finished_at == kNow + Millis{1});
  }
  SECTION("fail") {
    CHECK(queue.change([&](JobStore& jobs) { return jobs.fail(job, "550 no", kNow); }));
    CHECK(queue.find(id).state == JobState::dead);
    CHECK(queue.find(id).finished_at == kNow);
    CHECK(queue.find(id).last_error == "550 no");
  }
  SECTION("cancel") {
    CHECK(queue.change([&](JobStore& jobs) { return jobs.cancel_claimed(job, "erased", kNow); }));
    CHECK(queue.find(id).state == JobState::cancelled);
    CHECK(queue.find(id).finished_at == kNow);
    CHECK(queue.find(id).last_error == "erased");
  }
  SECTION("retry later") {
    CHECK(queue.change(
        [&](JobStore& jobs) { return jobs.retry_later(job, "451 wait", kNow + Millis{9}); }));
    CHECK(queue.find(id).state == JobState::scheduled);
    CHECK(queue.find(id).run_at == kNow + Millis{9});
    CHECK(queue.find(id).attempt == 1);
    CHECK(queue.find(id).last_error == "451 wait");
  }
  SECTION("release gives the attempt back") {
    CHECK(queue.change([&](JobStore& jobs) { return jobs.release(job, "lane down"); }));
    CHECK(queue.find(id).state == JobState::ready);
    CHECK(queue.find(id).attempt == 0);
    CHECK(queue.find(id).last_error == "lane down");
    const Job again = queue.claim().front();
    CHECK(again.attempt == 1);
    queue.change([&](JobStore& jobs) { return jobs.release(again, ""); });
    CHECK(queue.find(id).last_error == "lane down");  // nothing new to tell
  }
  CHECK(queue.find(id).lease == 0);
}

TEST_CASE("job store: a lost lease changes nothing", "[storage]") {
  Queue queue;
  const std::int64_t id = queue.enqueue();
  const Job stale = queue.claim().front();
  SECTION("the job is ready again") {
    queue.change([&](JobStore& jobs) { return jobs.release(stale, ""); });
  }
  SECTION("the job runs under another lease") {
    queue.change([&](JobStore& jobs) { return jobs.release(stale, ""); });
    queue.claim(1, kLease + 1);
  }
  SECTION("the job is finished") {
    queue.change([&](JobStore& jobs) { return jobs.complete(stale, kNow); });
  }
  const Job before = queue.find(id);
  const Time now = kNow + Millis{77};
  CHECK_FALSE(queue.change([&](JobStore& jobs) { return jobs.complete(stale, now); }));
  CHECK_FALSE(queue.change([&](JobStore& jobs) { return jobs.fail(stale, "x", now); }));
  CHECK_FALSE(queue.change([&](JobStore& jobs) { return jobs.cancel_claimed(stale, "x", now); }));
  CHECK_FALSE(queue.change([&](JobStore& jobs) { return jobs.retry_later(stale, "x", now); }));
  CHECK_FALSE(queue.change([&](JobStore& jobs) { return jobs.release(stale, "x"); }));
  CHECK(same(before, queue.find(id)));
}

TEST_CASE("job store: what is due is promoted, oldest first and no more than asked", "[storage]") {
  constexpr std::int64_t kPlace = 77;
  Queue queue;
  const auto later = [&](int ms) {
    return queue.enqueue({.lane = "mail", .kind = "test", .run_at = kNow + Millis{ms}});
  };
  const std::int64_t third = later(3);
  const std::int64_t first = later(1);
  const std::int64_t second = later(2);
  const auto promote = [&](int ms, int limit) {
    return queue.write([&](Stores& stores) {
      const auto due = stores.jobs.due(kNow + Millis{ms}, limit);
      for (const Job& job : due) stores.jobs.promote(job.id, kPlace);
      return due.size();
    });
  };
  CHECK(promote(0, 10) == 0);
  CHECK(promote(2, 1) == 1);
  CHECK(queue.find(first).state == JobState::ready);
  CHECK(queue.find(first).priority == kPlace);
  CHECK(queue.find(second).state == JobState::scheduled);
  // What is not scheduled stays as it is.
  queue.write([&](Stores& stores) { stores.jobs.promote(first, 1); });
  CHECK(queue.find(first).priority == kPlace);
  CHECK(promote(2, 10) == 1);
  CHECK(queue.find(second).state == JobState::ready);
  CHECK(queue.find(third).state == JobState::scheduled);
  CHECK(queue.read([](const Stores& stores) { return stores.jobs.next_run_at(); }) ==
        kNow + Millis{3});
}

TEST_CASE("job store: rescue takes back what no worker has, and buries the hopeless", "[storage]") {
  Queue queue;
  const std::int64_t fresh = queue.enqueue();
  const std::int64_t last = queue.enqueue({.lane = "mail", .kind = "test", .max_attempts = 1});
  const std::int64_t waiting = queue.enqueue({.lane = "work", .kind = "test"});
  const auto claimed = queue.claim();
  REQUIRE(claimed.size() == 2);
  const auto rescue = [&](Time now, bool everything) {
    const RescuedJobs rescued =
        queue.write([&](Stores& stores) { return stores.jobs.rescue(now, everything); });
    for (const Job& job : rescued.buried) CHECK(job.id == last);
    return rescued.ready + static_cast<int>(rescued.buried.size());
  };
  SECTION("leases that have not ended are left alone") {
    CHECK(rescue(kLeaseEnd, false) == 0);
    CHECK(queue.count(JobState::running) == 2);
  }
  SECTION("ended leases") {
    CHECK(rescue(kLeaseEnd + Millis{1}, false) == 2);
  }
  SECTION("at a start, everything that runs") {
    CHECK(rescue(kNow, true) == 2);
  }
  const Time later = kLeaseEnd + std::chrono::hours(1);
  SECTION("an extended lease lasts longer") {
    queue.write([&](Stores& stores) { stores.jobs.extend(kLease, later); });
    CHECK(rescue(kLeaseEnd + Millis{1}, false) == 0);
    CHECK(rescue(later + Millis{1}, false) == 2);
  }
  SECTION("and only that one") {
    queue.write([&](Stores& stores) { stores.jobs.extend(kLease + 1, later); });
    CHECK(rescue(kLeaseEnd + Millis{1}, false) == 2);
  }
  if (queue.count(JobState::running) == 2) return;
  CHECK(queue.find(fresh).state == JobState::ready);
  CHECK(queue.find(fresh).attempt == 1);  // it was begun, and may have been what took the worker
  CHECK(queue.find(fresh).lease == 0);
  CHECK(queue.find(last).state == JobState::dead);
  CHECK(queue.find(last).finished_at);
  CHECK(error_text(queue.find(last)) == "the worker was lost");
  CHECK(queue.find(waiting).state == JobState::ready);
}

TEST_CASE("job store: what is known of a job beside its error is kept apart from it", "[storage]") {
  Queue queue;
  const std::int64_t id = queue.enqueue({.lane = "mail", .kind = "test", .max_attempts = 9});
  const auto lose_worker = [&] {
    queue.claim();
    queue.write([&](Stores& stores) { return stores.jobs.rescue(kNow, true).ready; });
  };
  const Job first = queue.claim().front();
  queue.change([&](JobStore& jobs) {
    jobs.mark_in_doubt(first);
    return jobs.retry_later(first, "no answer", kNow);
  });
  CHECK(queue.find(id).last_error == "no answer");
  CHECK(error_text(queue.find(id)) == "in doubt: no answer");
  queue.write([&](Stores& stores) { stores.jobs.promote(id, 0); });
  lose_worker();
  lose_worker();
  CHECK(queue.find(id).lost_workers == 2);
  CHECK(error_text(queue.find(id)) == "in doubt: no answer; the worker was lost");
  const Job second = queue.claim().front();
  CHECK(second.in_doubt);
  queue.change([&](JobStore& jobs) { return jobs.retry_later(second, "a bug", kNow); });
  CHECK(error_text(queue.find(id)) == "in doubt: a bug");
  // An operator may have it tried earlier, but not once more; what is dead begins anew.
  queue.change([&](JobStore& jobs) { return jobs.retry(id, kNow); });
  CHECK(queue.find(id).in_doubt);
  const Job third = queue.claim().front();
  queue.change([&](JobStore& jobs) { return jobs.fail(third, "no answer", kNow); });
  queue.change([&](JobStore& jobs) { return jobs.retry(id, kNow); });
  CHECK_FALSE(queue.find(id).in_doubt);
  CHECK(error_text(queue.find(id)) == "no answer");
}

TEST_CASE("job store: a claim passes over what it is to skip", "[storage]") {
  Queue queue;
  const std::int64_t first = queue.enqueue();
  const std::int64_t second = queue.enqueue();
  const std::int64_t third = queue.enqueue();
  const auto claim = [&](const Ids& skip) {
    return ids_of(queue.write(
        [&](Stores& stores) { return stores.jobs.claim("mail", 1, kLease, kLeaseEnd, skip); }));
  };
  CHECK(claim({first, second}) == Ids{third});
  CHECK(claim({first, second}).empty());
  CHECK(claim({first}) == Ids{second});
  CHECK(claim({}) == Ids{first});
}

TEST_CASE("job store: only what is dead is taken back, and its attempt with it", "[storage]") {
  for (const JobState state : kJobStates) {
    CAPTURE(to_text(state));
    Queue queue;
    const std::int64_t id = queue.job_in(state);
    const Job before = queue.find(id);
    CHECK(queue.change([&](JobStore& jobs) { return jobs.take_back(id); }) ==
          (state == JobState::dead));
    if (state == JobState::dead) {
      CHECK(queue.find(id).state == JobState::ready);
      CHECK(queue.find(id).attempt == before.attempt - 1);
    } else {
      CHECK(same(before, queue.find(id)));
    }
  }
}

TEST_CASE("job store: dead jobs are counted by kind, with what the newest died of", "[storage]") {
  Queue queue;
  const auto die = [&](const char* kind, const char* error, Millis after) {
    queue.enqueue({.lane = "mail", .kind = kind});
    const Job job = queue.claim().front();
    queue.change([&](JobStore& jobs) { return jobs.fail(job, error, kNow + after); });
  };
  die("winner", "550 newest", Millis{3});
  die("winner", "550 older", Millis{2});
  die("receipt", "554", Millis{1});
  queue.job_in(JobState::done);
  queue.job_in(JobState::cancelled);
  const auto dead =
      queue.read([](const Stores& stores) { return stores.jobs.dead_by_kind("mail"); });
  REQUIRE(dead.size() == 2);
  CHECK(dead[0].kind == "receipt");
  CHECK(dead[0].count == 1);
  CHECK(dead[1].kind == "winner");
  CHECK(dead[1].count == 2);
  CHECK(dead[1].newest_error == "550 newest");
  CHECK(queue.read([](const Stores& stores) { return stores.jobs.dead_by_kind("work"); }).empty());
}

TEST_CASE("job store: operators retry and cancel only where the state allows it", "[storage]") {
  for (const JobState state : kJobStates) {
    CAPTURE(to_text(state));
    const bool may_cancel = state == JobState::ready || state == JobState::scheduled;
    const bool may_retry =
        state == JobState::scheduled || state == JobState::dead || state == JobState::cancelled;
    Queue queue;
    const std::int64_t id = queue.job_in(state);
    const Job before = queue.find(id);
    REQUIRE(before.state == state);
    const Time now = kNow + Millis{50};
    SECTION("cancel " + std::string(to_text(state))) {
      CHECK(queue.change([&](JobStore& jobs) { return jobs.cancel(id, now); }) == may_cancel);
      if (may_cancel) {
        CHECK(queue.find(id).state == JobState::cancelled);
        CHECK(queue.find(id).finished_at == now);
      } else {
        CHECK(same(before, queue.find(id)));
      }
    }
    SECTION("retry " + std::string(to_text(state))) {
      CHECK(queue.change([&](JobStore& jobs) { return jobs.retry(id, now); }) == may_retry);
      if (may_retry) {
        CHECK(queue.find(id).state == JobState::ready);
        CHECK(queue.find(id).attempt == 0);
        CHECK(queue.find(id).run_at == now);
        CHECK_FALSE(queue.find(id).finished_at);
      } else {
        CHECK(same(before, queue.find(id)));
      }
    }
  }
  Queue queue;
  CHECK_FALSE(queue.change([](JobStore& jobs) { return jobs.cancel(99, kNow); }));
  CHECK_FALSE(queue.change([](JobStore& jobs) { return jobs.retry(99, kNow); }));
}

TEST_CASE("job store: counts every state and knows the oldest ready job", "[storage]") {
  Queue queue;
  CHECK_FALSE(queue.read([](const Stores& stores) { return stores.jobs.counts(); }).oldest_ready);
  queue.job_in(JobState::running);
  queue.job_in(JobState::done);
  queue.job_in(JobState::dead);
  queue.job_in(JobState::cancelled);
  queue.job_in(JobState::scheduled);
  queue.write([](Stores& stores) {
    stores.jobs.enqueue({.lane = "mail", .kind = "test"}, kNow + Millis{3});
    stores.jobs.enqueue({.lane = "mail", .kind = "test"}, kNow + Millis{2});
  });
  for (const JobState state : kJobStates) {
    CAPTURE(to_text(state));
    CHECK(queue.count(state) == (state == JobState::ready ? 2 : 1));
  }
  CHECK(queue.read([](const Stores& stores) { return stores.jobs.counts(); }).oldest_ready ==
        kNow + Millis{2});
}

TEST_CASE("job store: lists in pages by id, with filters", "[storage]") {
  Queue queue;
  Ids ids;
  for (const char* kind : {"winner", "verification", "verification", "verification"}) {
    ids.push_back(queue.enqueue({.lane = "mail", .kind = kind}));
  }
  queue.change([&](JobStore& jobs) { return jobs.cancel(ids[2], kNow); });
  const auto list = [&](const JobFilter& filter) {
    return ids_of(queue.read([&](const Stores& stores) { return stores.jobs.list(filter); }));
  };
  CHECK(list({}) == ids);
  CHECK(list({.limit = 2}) == Ids{ids[0], ids[1]});
  CHECK(list({.after = ids[1], .limit = 2}) == Ids{ids[2], ids[3]});
  CHECK(list({.kind = "verification"}) == Ids{ids[1], ids[2], ids[3]});
  CHECK(list({.state = JobState::cancelled}) == Ids{ids[2]});
  CHECK(list({.state = JobState::ready, .kind = "verification", .after = ids[1]}) == Ids{ids[3]});
}

TEST_CASE("job store: prunes what was finished long ago, in portions", "[storage]") {
  Queue queue;
  for (const JobState state : kJobStates) queue.job_in(state);
  const auto prune = [&](Time before, int limit) {
    return queue.write([&](Stores& stores) { return stores.jobs.prune(before, limit); });
  };
  CHECK(prune(kNow, 10) == 0);
  CHECK(prune(kNow + Millis{1}, 2) == 2);
  CHECK(prune(kNow + Millis{1}, 2) == 1);
  CHECK(prune(kNow + Millis{1}, 2) == 0);
  CHECK(queue.count(JobState::ready) + queue.count(JobState::scheduled) +
            queue.count(JobState::running) ==
        3);
}

TEST_CASE("job store: a finished job that is to be kept is not pruned before", "[storage]") {
  Queue queue;
  const std::int64_t kept = queue.job_in(JobState::dead);
  const std::int64_t other = queue.job_in(JobState::dead);
  queue.write([&](Stores& stores) { stores.jobs.keep(kept, kNow + Millis{9}); });
  const auto prune = [&](Millis after) {
    return queue.write([&](Stores& stores) { return stores.jobs.prune(kNow + after, 10); });
  };
  CHECK(prune(Millis{9}) == 1);
  CHECK(queue.find(kept).state == JobState::dead);
  CHECK(prune(Millis{10}) == 1);
  CHECK_FALSE(queue.read([&](const Stores& stores) { return stores.jobs.find(other); }));
}
