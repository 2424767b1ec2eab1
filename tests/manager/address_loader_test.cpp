#include "manager/address_loader.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "storage/database.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/fixed_random.h"
#include "support/log_capture.h"
#include "support/manual_clock.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr Millis kMinute = std::chrono::minutes(1);
constexpr std::int64_t kAutumn = 1;

std::string address(std::int64_t id) {
  return "subscriber" + std::to_string(id) + "@example.org";
}

Registration pending(std::int64_t id) {
  return {.id = id, .campaign_id = kAutumn, .email_key = address(id), .verified_at = {}};
}

Registration verified(std::int64_t id) {
  return {.id = id, .campaign_id = kAutumn, .email_key = address(id), .verified_at = Time{}};
}

// Registrations 1 to `count`, all verified, as a source.
RegistrationSource numbered(std::int64_t count) {
  return [count](std::int64_t before, int limit) {
    std::vector<Registration> rows;
    for (std::int64_t id = std::min(before - 1, count); id > 0 && limit > 0; --id, --limit) {
      rows.push_back(verified(id));
    }
    return rows;
  };
}

// All at once, then nothing.
RegistrationSource once(std::vector<Registration> rows) {
  return [rows = std::move(rows)](std::int64_t before, int) {
    return rows.empty() || before <= rows.back().id ? std::vector<Registration>{} : rows;
  };
}

struct Bench {
  explicit Bench(std::size_t max_bytes = KnownAddresses::kDefaultMaxBytes)
      : known(random, max_bytes) {}

  // Loads to the end. The source runs on another thread, where Catch must not check anything.
  void load(RegistrationSource source, int rows_at_once = 500) {
    AddressLoader loader(known, std::move(source), {.rows_at_once = rows_at_once});
    loader.start();
    REQUIRE(log.wait_for("known addresses: "));
  }

  bool is_settled(std::int64_t id, Time now = kNow) const {
    return known.is_settled(kAutumn, address(id), now);
  }

  LogCapture log;
  FixedRandom random;
  KnownAddresses known;
};

}  // namespace

TEST_CASE("address loader: all are loaded, newest first, in short reads", "[manager]") {
  Bench bench;
  std::vector<std::int64_t> asked;  // below which id
  std::vector<std::size_t> loaded;  // before each read
  std::size_t longest = 0;
  bench.load(
      [&, source = numbered(10)](std::int64_t before, int limit) {
        asked.push_back(before);
        loaded.push_back(bench.known.size());
        auto rows = source(before, limit);
        longest = std::max(longest, rows.size());
        return rows;
      },
      4);
  CHECK(longest == 4);
  REQUIRE(asked.size() == 4);
  CHECK(asked[0] > 10);
  CHECK(asked[1] == 7);
  CHECK(asked[2] == 3);
  CHECK(asked[3] == 1);
  CHECK(loaded == std::vector<std::size_t>{0, 4, 8, 10});
  for (int id = 1; id <= 10; ++id) CHECK(bench.is_settled(id));
  CHECK_FALSE(bench.is_settled(11));
  CHECK(bench.log.has("known addresses: 10 loaded"));
}

TEST_CASE("address loader: it loads who is verified from a database, but nobody who was erased",
          "[manager]") {
  Bench bench;
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t other = database.add_campaign("other");
  REQUIRE(campaign == kAutumn);
  for (int i = 1; i <= 5; ++i) database.add_subscriber(campaign, address(i));
  const std::int64_t ana = database.add_subscriber(other, "ana@example.org");
  for (const std::int64_t id : {1, 2, 3, 5}) database.verify(campaign, id);
  database.verify(other, ana);
  database.write([&](Stores& stores) {
    stores.subscribers.erase(2, true);
    stores.subscribers.erase(5, false);
  });
  bench.load(registrations_of(*database.storage), 2);
  CHECK(bench.is_settled(1));
  CHECK_FALSE(bench.is_settled(2));
  CHECK(bench.is_settled(3));
  CHECK_FALSE(bench.is_settled(4));  // pending
  CHECK_FALSE(bench.is_settled(5));
  CHECK(bench.known.is_settled(other, "ana@example.org", kNow));
  CHECK(bench.known.size() == 3);
}

TEST_CASE("address loader: whoever is erased while rows are read is not brought back",
          "[manager]") {
  Bench bench;
  int reads = 0;
  bench.load([&](std::int64_t before, int) {
    ++reads;
    std::vector<Registration> rows;
    if (before > 3) rows = {verified(3), verified(2), verified(1)};
    if (reads > 1) std::erase_if(rows, [](const Registration& row) { return row.id == 2; });
    // The erasure commits after the first read, and before what was read is taken in.
    if (reads == 1) bench.known.forget(kAutumn, address(2));
    return rows;
  });
  CHECK(reads == 3);
  CHECK(bench.is_settled(3));
  CHECK_FALSE(bench.is_settled(2));
  CHECK(bench.is_settled(1));
}

TEST_CASE("address loader: what is known already is newer than what it reads", "[manager]") {
  Bench bench;
  bench.known.remember(kAutumn, address(2), std::nullopt);
  bench.known.remember(kAutumn, address(1), kNow + kMinute);
  bench.load(once({pending(2), verified(1)}));
  CHECK(bench.is_settled(2, kNow + 10 * kMinute));
  CHECK_FALSE(bench.is_settled(1, kNow + kMinute));
  CHECK(bench.log.has("known addresses: 0 loaded"));
}

TEST_CASE("address loader: it ends when memory is full, with the newest in it", "[manager]") {
  constexpr std::int64_t kCount = 10'000;
  constexpr std::size_t kMaxBytes = 64 * 16 * 32;  // 24 entries in each of 64 shards
  Bench bench(kMaxBytes);
  std::int64_t lowest = kCount;
  bench.load(
      [&, source = numbered(kCount)](std::int64_t before, int limit) {
        lowest = std::min(lowest, before);
        return source(before, limit);
      },
      50);
  CHECK(bench.log.has("memory is full"));
  CHECK(lowest > kCount - 64 * 24);
  CHECK(bench.known.size() > 64 * 24 / 2);
  std::int64_t id = kCount;
  while (bench.is_settled(id)) --id;
  CHECK(static_cast<std::size_t>(kCount - id) == bench.known.size());
}

TEST_CASE("address loader: it can be stopped in the midst of it, and twice", "[manager]") {
  Bench bench;
  Event read;
  std::int64_t next = 1;
  AddressLoader loader(bench.known, [&](std::int64_t, int) {
    read.happen();
    return std::vector{verified(next++)};  // without end
  });
  loader.start();
  REQUIRE(read.wait(3));
  loader.stop();
  const int reads = read.count();
  CHECK(bench.is_settled(1));
  CHECK(bench.known.size() == static_cast<std::size_t>(reads));
  loader.stop();
  CHECK(read.count() == reads);
}

TEST_CASE("address loader: it need not be started, nor stopped by hand", "[manager]") {
  Bench bench;
  Event read;
  {
    AddressLoader loader(bench.known, numbered(1));
    loader.stop();
    loader.stop();
  }
  {
    AddressLoader loader(bench.known, [&](std::int64_t, int) {
      read.happen();
      return std::vector{verified(1)};
    });
    loader.start();
    REQUIRE(read.wait());
  }
  const int reads = read.count();
  CHECK(bench.known.size() == 1);
  CHECK(read.count() == reads);
}

TEST_CASE("address loader: a source that fails ends it, and what was loaded stays", "[manager]") {
  Bench bench;
  bench.load(
      [source = numbered(10)](std::int64_t before, int limit) {
        if (before <= 5) throw StorageUnavailable("disk I/O error");
        return source(before, limit);
      },
      6);
  CHECK(bench.log.has("known addresses: loading ended: disk I/O error"));
  CHECK(bench.is_settled(10));
  CHECK(bench.is_settled(5));
  CHECK_FALSE(bench.is_settled(4));
}

TEST_CASE("address loader: it gives way to all other threads", "[manager]") {
  Bench bench;
  const int before = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
  int seen = 0;
  bench.load([&](std::int64_t, int) {
    seen = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
    return std::vector<Registration>{};
  });
  CHECK(seen == 19);
  CHECK(::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid())) == before);
}
