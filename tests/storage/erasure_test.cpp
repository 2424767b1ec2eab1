// What was erased is in no file any more.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <latch>
#include <random>
#include <thread>

#include "storage/database.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/log_capture.h"

using namespace promotions;

namespace {

constexpr char kAna[] = "ana.erased@example.org";

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool file_holds(const Database& database, const std::string& suffix, const std::string& text) {
  return content(database.options.path + suffix).find(text) != std::string::npos;
}

// In the database, its log, or the log's index.
bool holds(const Database& database, const std::string& text) {
  return file_holds(database, "", text) || file_holds(database, "-wal", text) ||
         file_holds(database, "-shm", text);
}

// Looks until `condition` holds; false after the deadline.
template <typename Condition>
bool comes_true(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kDeadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

// The log is truncated at most a moment after the writer has become idle.
bool comes_to_hold_no(const Database& database, const std::string& text) {
  return comes_true([&] { return !holds(database, text); });
}

Subscriber with_much_data(std::int64_t campaign, const std::string& email) {
  Subscriber subscriber = sample_subscriber(campaign, email, ManualClock::kStart);
  subscriber.data = R"({"note":")";
  while (subscriber.data.size() < 4000) subscriber.data += email + " ";  // several pages of it
  subscriber.data += "\"}";
  return subscriber;
}

std::int64_t add_with_neighbours(Database& database, std::int64_t campaign) {
  const auto add_some = [&](const std::string& name) {
    for (int i = 0; i < 100; ++i) {
      database.add_subscriber(campaign, name + std::to_string(i) + "@example.org");
    }
  };
  add_some("before");
  const std::int64_t id = database.write([&](Stores& stores) {
    const auto added = stores.subscribers.insert(with_much_data(campaign, kAna));
    stores.jobs.enqueue({.lane = "mail",
                         .kind = "verification",
                         .campaign_id = campaign,
                         .subscriber_id = added.value()},
                        ManualClock::kStart);
    return added.value();
  });
  add_some("after");
  return id;
}

void verify(Database& database, std::int64_t campaign, std::int64_t id) {
  database.write([&](Stores& stores) {
    const std::array<unsigned char, 16> nonce{1, 2, 3};
    stores.subscribers.verify(id, stores.campaigns.take_ticket(campaign), nonce,
                              ManualClock::kStart);
  });
}

void erase(Database& database, std::int64_t id, bool keep_ticket = false) {
  database.write([&](Stores& stores) { stores.subscribers.erase(id, keep_ticket); });
}

}  // namespace

TEST_CASE("erasure: an erased subscriber is in no file any more", "[storage]") {
  Database database(StorageOptions{.max_recent_addresses = 16});
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t id = add_with_neighbours(database, campaign);
  verify(database, campaign, id);
  SECTION("from the log") {
    REQUIRE(file_holds(database, "-wal", kAna));
  }
  SECTION("from the database") {
    database.reopen();
    REQUIRE(file_holds(database, "", kAna));
  }
  const bool keep_ticket = GENERATE(false, true);
  erase(database, id, keep_ticket);
  CHECK(comes_to_hold_no(database, kAna));
  CHECK(holds(database, "before99@example.org"));
  CHECK(holds(database, "after0@example.org"));
  database.storage.reset();
  CHECK(check_integrity(database.options.path).empty());
}

TEST_CASE("erasure: no copy stays behind where rows have moved to other pages", "[storage]") {
  constexpr int kRows = 2000;
  Database database;
  const std::int64_t campaign = database.add_campaign();
  std::mt19937 random(1);  // NOLINT: the same in each run
  const auto address = [](std::int64_t id) {
    return "p" + std::to_string(100'000 + id) + "@example.org";
  };
  database.write([&](Stores& stores) {
    for (std::int64_t id = 1; id <= kRows; ++id) {
      Subscriber subscriber = sample_subscriber(campaign, address(id), ManualClock::kStart);
      subscriber.data = "{\"note\":\"" + std::string(random() % 200, 'x') + "\"}";
      stores.subscribers.insert(subscriber);
      const std::array<unsigned char, 16> nonce{1};
      const std::int64_t grows = 1 + static_cast<std::int64_t>(random()) % id;
      if (stores.subscribers.find(grows).value().ticket) continue;
      stores.subscribers.verify(grows, stores.campaigns.take_ticket(campaign), nonce,
                                ManualClock::kStart);
    }
  });
  database.write([&](Stores& stores) {
    for (std::int64_t id = 1; id <= kRows; ++id) {
      if (id % 4 != 0) stores.subscribers.erase(id, id % 3 == 0);
    }
  });
  REQUIRE(comes_to_hold_no(database, address(1)));
  database.storage.reset();
  const std::string bytes = content(database.options.path);
  int erased_and_there = 0;
  int kept_and_there = 0;
  for (std::int64_t id = 1; id <= kRows; ++id) {
    if (bytes.find(address(id)) == std::string::npos) continue;
    ++(id % 4 == 0 ? kept_and_there : erased_and_there);
  }
  CHECK(erased_and_there == 0);
  CHECK(kept_and_there == kRows / 4);
  CHECK(check_integrity(database.options.path).empty());
}

TEST_CASE("erasure: a deleted campaign takes its subscribers, organiser and texts with it",
          "[storage]") {
  Database database;
  const std::int64_t other = database.add_campaign("other");
  database.add_subscriber(other, "kept@example.org");
  const std::int64_t campaign = database.write([](Stores& stores) {
    CampaignSettings settings = sample_settings();
    settings.admin_email = "organiser.erased@example.org";
    settings.description = "description.erased";
    settings.templates["verification"].text = std::string(9000, 'x') + "template.erased";
    return stores.campaigns.insert("gone", settings, ManualClock::kStart).value();
  });
  add_with_neighbours(database, campaign);
  for (const char* text :
       {kAna, "before7@", "organiser.erased@", "description.erased", "template.erased"}) {
    REQUIRE(holds(database, text));
  }
  database.write([&](Stores& stores) { stores.campaigns.retire(campaign); });
  database.write([&](Stores& stores) {
    while (stores.subscribers.purge_some(campaign, 50)) {
    }
    stores.campaigns.purge(campaign);
  });
  for (const char* text :
       {kAna, "before7@", "organiser.erased@", "description.erased", "template.erased"}) {
    CAPTURE(text);
    CHECK(comes_to_hold_no(database, text));
  }
  CHECK(holds(database, "kept@example.org"));
}

TEST_CASE("erasure: what else was said of an address is gone with it, and once it does not count",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  const auto add = [&](const std::string& words) {
    database.write([&](Stores& stores) {
      stores.variants.insert({.subscriber_id = ana,
                              .data = "{\"note\":\"" + words + "\"}",
                              .mailed_at = ManualClock::kStart});
    });
  };
  const std::string words = "words.of.a.stranger";
  add(words);
  REQUIRE(holds(database, words));
  SECTION("the subscriber is erased") {
    erase(database, ana);
  }
  SECTION("the campaign is removed") {
    database.write([&](Stores& stores) { stores.subscribers.purge_some(campaign, 10); });
  }
  SECTION("another link was opened") {
    database.write([&](Stores& stores) { stores.variants.remove_all(ana); });
  }
  SECTION("nobody opened it") {
    database.write([&](Stores& stores) { stores.variants.prune(ManualClock::kStart, 10); });
  }
  CHECK(comes_to_hold_no(database, words));
}

TEST_CASE("erasure: the words that another sign-up replaced are gone", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  database.write([&](Stores& stores) {
    stores.subscribers.set_words(ana, R"({"note":"words.of.a.stranger"})", "en", {});
  });
  REQUIRE(holds(database, "words.of.a.stranger"));
  database.write(
      [&](Stores& stores) { stores.subscribers.set_words(ana, R"({"note":"hers"})", "", {}); });
  CHECK(comes_to_hold_no(database, "words.of.a.stranger"));
}

TEST_CASE("erasure: what a change or a removal replaces is gone, too", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  database.write([](Stores& stores) {
    stores.accounts.insert({"boss", "hash.erased", ManualClock::kStart});
  });
  REQUIRE(holds(database, "organiser@example.org"));
  REQUIRE(holds(database, "hash.erased"));
  database.write([&](Stores& stores) {
    CampaignSettings settings = sample_settings();
    settings.admin_email = "new@example.org";
    stores.campaigns.update(campaign, settings);
  });
  CHECK(comes_to_hold_no(database, "organiser@example.org"));
  database.write([](Stores& stores) { stores.accounts.remove("boss"); });
  CHECK(comes_to_hold_no(database, "hash.erased"));
}

TEST_CASE("erasure: a write that is undone erases nothing and truncates nothing", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t id = database.add_subscriber(campaign, kAna);
  CHECK_THROWS(database.write([&](Stores& stores) {
    stores.subscribers.erase(id, false);
    throw std::runtime_error("no luck");
  }));
  CHECK(holds(database, kAna));
}

TEST_CASE("erasure: while much is written the log is truncated, too", "[storage]") {
  Database database(StorageOptions{.max_erased_in_log = Millis{1}});
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t id = database.add_subscriber(campaign, kAna);
  erase(database, id);
  // Without a moment of rest: each write is there before the last one has been answered.
  std::atomic<bool> is_over{false};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&] {
      while (!is_over) {
        database.write([](Stores& stores) { stores.settings.mark_ready(Time{}); });
      }
    });
  }
  CHECK(comes_to_hold_no(database, kAna));
  is_over = true;
  for (std::thread& thread : threads) thread.join();
}

TEST_CASE("erasure: a reader delays it, and is not waited for", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t id = database.add_subscriber(campaign, kAna);
  std::latch reads{1};
  std::latch may_end{1};
  std::thread reader([&] {
    database.read([&](const Stores& stores) {
      const auto found = stores.subscribers.find(id);  // from here on the snapshot stands
      reads.count_down();
      may_end.wait();
      CHECK(stores.subscribers.find(id).value().email == found.value().email);
      return 0;
    });
  });
  reads.wait();
  erase(database, id);
  // Writes go on meanwhile, past the first attempts.
  for (int i = 0; i < 50; ++i)
    database.add_subscriber(campaign, "p" + std::to_string(i) + "@x.org");
  CHECK(holds(database, kAna));
  may_end.count_down();
  reader.join();
  CHECK(comes_to_hold_no(database, kAna));
}

TEST_CASE("erasure: an erasure in the log of a process that died is completed at the next start",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t id = database.add_subscriber(campaign, kAna);
  // As after a kill: the files as they are at this moment, with nobody who closes them.
  Database dead;
  dead.storage.reset();
  {
    std::latch reads{1};
    std::latch may_end{1};
    std::thread reader([&] {
      database.read([&](const Stores& stores) {
        stores.subscribers.find(id);
        reads.count_down();
        may_end.wait();
        return 0;
      });
    });
    reads.wait();
    erase(database, id);
    for (const char* suffix : {"", "-wal"}) {
      std::filesystem::copy_file(database.options.path + suffix, dead.options.path + suffix,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    may_end.count_down();
    reader.join();
  }
  REQUIRE(holds(dead, kAna));
  dead.storage.emplace(dead.options);
  // Behind the start of the writer's thread, and before any reader, who could put it off.
  dead.write([](Stores&) {});
  CHECK_FALSE(holds(dead, kAna));
  dead.read([&](const Stores& stores) {
    CHECK_FALSE(stores.subscribers.find(id));
    return 0;
  });
}
