#include <algorithm>
#include <memory>
#include <stdexcept>
#include <thread>

#include "storage/blocker.h"
#include "storage/database.h"
#include "support/catch.h"
#include "support/event.h"

using namespace promotions;

namespace {

using Operation = std::function<void(Stores&)>;
using Writes = std::vector<std::unique_ptr<Handed>>;

Operation add_account(const std::string& name) {
  return [name](Stores& stores) { stores.accounts.insert({name, "hash", ManualClock::kStart}); };
}

Operation add_job() {
  return [](Stores& stores) {
    stores.jobs.enqueue({.lane = "mail", .kind = "test"}, ManualClock::kStart);
  };
}

void submit(Storage& storage, Writes& writes, Operation operation,
            WriteSource source = WriteSource::others, std::size_t bytes = 256) {
  writes.push_back(std::make_unique<Handed>(storage, std::move(operation), source, bytes));
}

[[nodiscard]] CommitListener count_jobs_added(Storage& storage, Event& commits) {
  return storage.listen([&commits](const Effects& effects) {
    if (effects.jobs_added) commits.happen();
  });
}

std::size_t accounts(Database& database) {
  return database.read([](const Stores& stores) { return stores.accounts.all().size(); });
}

}  // namespace

TEST_CASE("writer: a write is visible once it has returned", "[storage]") {
  Database database;
  for (int i = 0; i < 20; ++i) {
    const std::string name = "account" + std::to_string(i);
    CHECK(database.write([&](Stores& stores) {
      return stores.accounts.insert({name, "hash", Time{}});
    }));
    CHECK(database.read([&](const Stores& stores) { return stores.accounts.find(name); }));
  }
}

TEST_CASE("writer: what waits together is committed together", "[storage]") {
  Event committed;
  Database database(StorageOptions{.max_batch = 4});
  const auto listener = count_jobs_added(*database.storage, committed);
  Writes writes;
  Blocker blocker(*database.storage);
  for (int i = 0; i < 8; ++i) submit(*database.storage, writes, add_job());
  blocker.release();
  for (const auto& write : writes) write->wait();
  CHECK(committed.count() == 2);
  CHECK(database.read([](const Stores& stores) { return stores.jobs.list({}); }).size() == 8);
}

TEST_CASE("writer: one failing operation is undone and does not sink its neighbours", "[storage]") {
  Database database;
  Writes writes;
  Blocker blocker(*database.storage);
  submit(*database.storage, writes, add_account("before"));
  submit(*database.storage, writes, [](Stores& stores) {
    add_account("undone")(stores);
    throw std::runtime_error("no luck");
  });
  submit(*database.storage, writes, add_account("between"));
  submit(*database.storage, writes, [](Stores& stores) {
    add_account("undone")(stores);
    stores.draws.insert(12345, {});  // breaks a constraint
  });
  submit(*database.storage, writes, [](Stores&) { throw 42; });
  submit(*database.storage, writes, add_account("after"));
  blocker.release();

  CHECK_NOTHROW(writes[0]->wait());
  CHECK_THROWS_AS(writes[1]->wait(), std::runtime_error);
  CHECK_NOTHROW(writes[2]->wait());
  CHECK_THROWS(writes[3]->wait());
  CHECK_THROWS_AS(writes[4]->wait(), int);
  CHECK_NOTHROW(writes[5]->wait());
  const auto names = database.read([](const Stores& stores) { return stores.accounts.all(); });
  REQUIRE(names.size() == 3);
  CHECK(names[0].name == "after");
  CHECK(names[1].name == "before");
  CHECK(names[2].name == "between");
}

TEST_CASE("writer: jobs of an operation that failed are not announced", "[storage]") {
  Event committed;
  Database database;
  const auto listener = count_jobs_added(*database.storage, committed);
  CHECK_THROWS(database.write([](Stores& stores) {
    add_job()(stores);
    throw std::runtime_error("no luck");
  }));
  database.write(add_account("quiet"));
  CHECK(committed.count() == 0);
}

TEST_CASE("writer: beyond the inbox's bound writes are refused and nothing else happens",
          "[storage]") {
  Database database(StorageOptions{.max_waiting = 3});
  Writes writes;
  Blocker blocker(*database.storage);
  for (int i = 0; i < 3; ++i) {
    submit(*database.storage, writes, add_account("waits" + std::to_string(i)));
  }
  CHECK_THROWS_AS(database.write(add_account("refused")), Overloaded);
  blocker.release();
  for (const auto& write : writes) write->wait();
  CHECK(accounts(database) == 3);
  database.write(add_account("later"));
  CHECK(accounts(database) == 4);
}

TEST_CASE("writer: the inbox is bounded in bytes, too", "[storage]") {
  Database database(StorageOptions{.max_waiting_bytes = 1000});
  Writes writes;
  Blocker blocker(*database.storage);
  submit(*database.storage, writes, add_account("large"), WriteSource::sign_ups, 900);
  submit(*database.storage, writes, add_account("refused"), WriteSource::sign_ups, 200);
  submit(*database.storage, writes, add_account("fits"), WriteSource::sign_ups, 100);
  blocker.release();
  CHECK_NOTHROW(writes[0]->wait());
  CHECK_THROWS_AS(writes[1]->wait(), Overloaded);
  CHECK_NOTHROW(writes[2]->wait());
}

TEST_CASE("writer: a flood from one source neither refuses nor delays the others", "[storage]") {
  Database database(StorageOptions{.max_waiting = 50, .max_batch = 8});
  std::vector<std::string> order;
  const auto note = [&order](const std::string& name) {
    return [&order, name](Stores&) { order.push_back(name); };
  };
  Writes writes;
  Blocker blocker(*database.storage);
  for (int i = 0; i < 60; ++i) {
    submit(*database.storage, writes, note("sign-up"), WriteSource::sign_ups);
  }
  submit(*database.storage, writes, note("verification"), WriteSource::verifications);
  submit(*database.storage, writes, note("result"), WriteSource::queue);
  blocker.release();
  for (std::size_t i = 0; i < 50; ++i) CHECK_NOTHROW(writes[i]->wait());
  for (std::size_t i = 50; i < 60; ++i) CHECK_THROWS_AS(writes[i]->wait(), Overloaded);
  CHECK_NOTHROW(writes[60]->wait());
  CHECK_NOTHROW(writes[61]->wait());
  const std::vector<std::string> first(order.begin(), order.begin() + 8);
  CHECK(std::count(first.begin(), first.end(), "verification") == 1);
  CHECK(std::count(first.begin(), first.end(), "result") == 1);
}

TEST_CASE("writer: a batch is bounded in bytes", "[storage]") {
  Event committed;
  Database database(StorageOptions{.max_batch_bytes = 1000});
  const auto listener = count_jobs_added(*database.storage, committed);
  Writes writes;
  Blocker blocker(*database.storage);
  for (int i = 0; i < 6; ++i) {
    submit(*database.storage, writes, add_job(), WriteSource::sign_ups, 400);
  }
  blocker.release();
  for (const auto& write : writes) write->wait();
  CHECK(committed.count() == 2);
}

TEST_CASE("writer: jobs are announced after their commit", "[storage]") {
  std::size_t seen = 0;
  Database database;
  const CommitListener listener = database.storage->listen([&](const Effects& effects) {
    if (!effects.jobs_added) return;
    seen = database.read([](const Stores& stores) { return stores.jobs.list({}); }).size();
  });
  database.write(add_job());
  CHECK(seen == 1);  // before whoever wrote was told
}

TEST_CASE("writer: a storage that closes finishes what waits", "[storage]") {
  Database database;
  Writes writes;
  for (int i = 0; i < 50; ++i) {
    submit(*database.storage, writes, add_account("account" + std::to_string(i)));
  }
  database.reopen();
  for (const auto& write : writes) CHECK_NOTHROW(write->wait());
  CHECK(accounts(database) == 50);
}

TEST_CASE("writer: a thousand racing inserts of one address keep one row", "[storage]") {
  constexpr int kThreads = 8;
  constexpr int kEach = 125;
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const Subscriber subscriber = sample_subscriber(campaign, "Ana@example.org", Time{});
  std::atomic<int> inserted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        const auto id =
            database.write([&](Stores& stores) { return stores.subscribers.insert(subscriber); });
        if (id) ++inserted;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(inserted == 1);
  CHECK(database.read([&](const Stores& stores) { return stores.campaigns.counts(campaign); })
            .pending == 1);
}

TEST_CASE("readers: many at once share a small pool", "[storage]") {
  Database database(StorageOptions{.readers = 2});
  database.write(add_account("one"));
  std::atomic<int> found{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        if (accounts(database) == 1) ++found;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(found == 400);
}

TEST_CASE("readers: a read sees one snapshot while writes go on", "[storage]") {
  Database database;
  const auto counts = database.read([&](const Stores& stores) {
    const std::size_t before = stores.accounts.all().size();
    database.write(add_account("meanwhile"));
    return std::pair(before, stores.accounts.all().size());
  });
  CHECK(counts.first == 0);
  CHECK(counts.second == 0);
  CHECK(accounts(database) == 1);
}

TEST_CASE("readers: cannot write", "[storage]") {
  Database database;
  CHECK_THROWS_AS(database.read([](const Stores& stores) {
    return const_cast<Stores&>(stores).accounts.insert({"forbidden", "hash", Time{}});
  }),
                  StorageUnavailable);
  CHECK(accounts(database) == 0);  // and the reader is still of use
}

TEST_CASE("readers: an exception of the reading function is the caller's", "[storage]") {
  Database database(StorageOptions{.readers = 1});
  CHECK_THROWS_AS(database.read([](const Stores&) -> int { throw std::invalid_argument("mine"); }),
                  std::invalid_argument);
  CHECK(accounts(database) == 0);
}
