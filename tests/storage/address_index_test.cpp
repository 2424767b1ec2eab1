// Addresses are found in memory, on their way to the table, and there; these tests keep little in
// memory, so that all three happen.
#include "storage/address_index.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "storage/blocker.h"
#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr std::size_t kMaxRecent = 4;

std::string address(int number) {
  return "ana" + std::to_string(number) + "@example.org";
}

struct SmallIndex : Database {
  SmallIndex() : Database(StorageOptions{.max_recent_addresses = kMaxRecent}) {}

  std::optional<std::int64_t> add(const std::string& email) {
    return write([&](Stores& stores) {
      return stores.subscribers.insert(sample_subscriber(campaign, email, kNow));
    });
  }
  std::int64_t id_of(const std::string& email) {  // 0: unknown
    return write([&](Stores& stores) {
      const auto found = stores.subscribers.find(campaign, email);
      return found ? found->id : 0;
    });
  }
  std::int64_t count(const std::string& sql) const {
    SQLite::Database database(options.path);
    return database.execAndGet("SELECT count(*) FROM " + sql).getInt64();
  }
  std::int64_t in_table() const { return count("addresses"); }

  const std::int64_t campaign = add_campaign();
};

// Keeps the test's own account of who is there, and compares.
class Model {
 public:
  explicit Model(SmallIndex& database) : database_(database) {}

  void add(const std::string& email) {
    const auto id = database_.add(email);
    CHECK(id.has_value() == !ids_.contains(email));
    if (id) ids_[email] = *id;
  }

  // All writes but the last, which fails, are in one batch.
  void add_beside_failure(const std::string& email, const std::string& failing) {
    std::int64_t id = 0;
    Blocker blocker(*database_.storage);
    Handed before(*database_.storage, insert(email, &id));
    Handed fails(*database_.storage, [this, failing](Stores& stores) {
      insert(failing, nullptr)(stores);
      throw std::runtime_error("no luck");
    });
    blocker.release();
    before.wait();
    CHECK_THROWS_AS(fails.wait(), std::runtime_error);
    if (id != 0) ids_[email] = id;
  }

  void erase(const std::string& email, bool keep_ticket) {
    const auto found = ids_.find(email);
    if (found == ids_.end()) return;
    database_.write([&](Stores& stores) { stores.subscribers.erase(found->second, keep_ticket); });
    ids_.erase(found);
  }

  void check(const std::string& email) {
    CAPTURE(email);
    const auto found = ids_.find(email);
    CHECK(database_.id_of(email) == (found == ids_.end() ? 0 : found->second));
  }

 private:
  std::function<void(Stores&)> insert(const std::string& email, std::int64_t* id) {
    return [this, email, id](Stores& stores) {
      const auto added =
          stores.subscribers.insert(sample_subscriber(database_.campaign, email, kNow));
      if (id != nullptr) *id = added.value_or(0);
    };
  }

  SmallIndex& database_;
  std::map<std::string, std::int64_t> ids_;
};

}  // namespace

TEST_CASE("address index: every address is found and refused again, wherever it is", "[storage]") {
  SmallIndex database;
  bool has_seen_some_moving = false;
  for (int last = 0; last < 40; ++last) {
    const std::int64_t id = database.add(address(last)).value();
    CHECK(database.id_of(address(last)) == id);
    for (int number = 0; number <= last; ++number) {
      CHECK(database.id_of(address(number)) != 0);
      CHECK_FALSE(database.add(address(number)));
    }
    const std::int64_t in_table = database.in_table();
    has_seen_some_moving = has_seen_some_moving || in_table % kMaxRecent != 0;
    CHECK(last + 1 - in_table <= std::int64_t{2 * kMaxRecent});
  }
  CHECK(has_seen_some_moving);
}

TEST_CASE("address index: what was only in memory is read again when the database is opened",
          "[storage]") {
  SmallIndex database;
  for (int last = 0; last < 20; ++last) {
    database.add(address(last));
    database.reopen();
    for (int number = 0; number <= last; ++number) CHECK(database.id_of(address(number)) != 0);
  }
}

TEST_CASE("address index: agrees with a list kept beside it, whatever happens", "[storage]") {
  SmallIndex database;
  Model model(database);
  std::mt19937 random(20261124);
  const auto some = [&] { return address(static_cast<int>(random() % 30)); };
  for (int step = 0; step < 600; ++step) {
    CAPTURE(step);
    switch (random() % 8) {
      case 0:
        model.erase(some(), random() % 2 == 0);
        break;
      case 1:
        model.add_beside_failure(some(), some());
        break;
      case 2:
        if (random() % 4 == 0) database.reopen();
        break;
      default:
        model.add(some());
    }
    model.check(some());
  }
  for (int number = 0; number < 30; ++number) model.check(address(number));
  CHECK(check_integrity(database.options.path).empty());
}

TEST_CASE("address index: a failed sign-up leaves its address free", "[storage]") {
  SmallIndex database;
  CHECK_THROWS(database.write([&](Stores& stores) {
    stores.subscribers.insert(sample_subscriber(database.campaign, address(1), kNow));
    CHECK_FALSE(stores.subscribers.insert(sample_subscriber(database.campaign, address(1), kNow)));
    throw std::runtime_error("no luck");
  }));
  CHECK(database.id_of(address(1)) == 0);
  CHECK(database.add(address(1)));
}

TEST_CASE("address index: of an erased address not even the hash stays", "[storage]") {
  SmallIndex database;
  std::vector<std::int64_t> ids;
  for (int number = 0; number < 5; ++number) ids.push_back(database.add(address(number)).value());
  REQUIRE(database.in_table() > 0);  // some moved,
  REQUIRE(database.in_table() < 4);  // some moving, some not yet
  for (const std::int64_t id : ids) {
    database.write([&](Stores& stores) { stores.subscribers.erase(id, id % 2 == 0); });
  }
  for (int number = 10; number < 30; ++number) database.add(address(number));
  CHECK(database.count("addresses WHERE subscriber_id <= 5") == 0);
  CHECK(database.in_table() > 0);
}

TEST_CASE("address index: nor of those of a campaign that was purged", "[storage]") {
  SmallIndex database;
  for (int number = 0; number < 20; ++number) database.add(address(number));
  while (database.write(
      [&](Stores& stores) { return stores.subscribers.purge_some(database.campaign, 6); })) {
  }
  CHECK(database.in_table() == 0);
  CHECK(database.add(address(3)));
}

TEST_CASE("address index: addresses whose hashes are the same are told apart", "[storage]") {
  SmallIndex database;
  const std::int64_t ana = database.add(address(1)).value();
  const std::int64_t ben = database.add(address(2)).value();
  for (int number = 3; number < 20; ++number) database.add(address(number));
  // As if they collided: each is found under the other's hash, too.
  SQLite::Database(database.options.path, SQLite::OPEN_READWRITE)
      .exec(
          "INSERT INTO addresses SELECT one.hash, other.subscriber_id FROM addresses AS one,"
          " addresses AS other WHERE one.subscriber_id != other.subscriber_id");
  CHECK(database.id_of(address(1)) == ana);
  CHECK(database.id_of(address(2)) == ben);
  CHECK_FALSE(database.add(address(2)));
  database.write([&](Stores& stores) {
    CHECK(stores.subscribers.mails_since(address(1), kNow - std::chrono::hours(24), kNow).used ==
          1);
  });
}
