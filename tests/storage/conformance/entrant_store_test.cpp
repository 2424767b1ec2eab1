#include "promotions/domain/merkle_tree.h"
#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;

EntrantChunk chunk(std::int64_t number, std::vector<std::int64_t> tickets) {
  EntrantChunk chunk;
  chunk.number = number;
  chunk.root.fill(static_cast<unsigned char>(number + 1));
  for (const std::int64_t ticket : tickets) {
    Hash key{};
    key.fill(static_cast<unsigned char>(ticket));
    chunk.keys.push_back(key);
  }
  chunk.tickets = std::move(tickets);
  return chunk;
}

}  // namespace

TEST_CASE("entrants: those who verified are listed by ticket, but for who was erased",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  std::vector<std::int64_t> ids;
  for (const std::string name : {"ana", "eva", "luz", "sol"}) {
    ids.push_back(database.add_subscriber(campaign, name + "@example.org"));
    if (name != "sol") database.verify(campaign, ids.back());
  }
  database.write([&](Stores& stores) {
    stores.subscribers.erase(ids[0], true, kNow);
    stores.subscribers.disqualify(ids[2], "twice");
  });
  const auto listed = [&](std::int64_t after, int limit) {
    return database.read(
        [&](const Stores& stores) { return stores.entrants.listed(campaign, after, limit); });
  };
  const auto all = listed(0, 10);
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == ids[1]);
  CHECK(all[0].ticket == 2);
  CHECK(all[0].email_key == "eva@example.org");
  CHECK_FALSE(all[0].is_disqualified);
  CHECK(all[1].is_disqualified);
  CHECK(listed(2, 10).size() == 1);
  CHECK(listed(0, 1).size() == 1);
  CHECK(listed(3, 10).empty());
}

TEST_CASE("entrants: chunks are found by number and by ticket, and their roots in order",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  database.write([&](Stores& stores) {
    stores.entrants.insert(campaign, chunk(0, {1, 3, 4}));
    stores.entrants.insert(campaign, chunk(1, {9, 12}));
  });
  database.read([&](const Stores& stores) {
    const auto second = stores.entrants.chunk(campaign, 1);
    REQUIRE(second);
    CHECK(second->tickets == std::vector<std::int64_t>{9, 12});
    CHECK(second->keys == chunk(1, {9, 12}).keys);
    CHECK(second->leaves().at(1) == entrant_leaf(12, second->keys[1]));
    CHECK(second->leaf(1) == second->leaves()[1]);
    CHECK(second->root.front() == 2);
    CHECK_FALSE(stores.entrants.chunk(campaign, 2));
    // Where the ticket would be: it need not be there.
    CHECK(stores.entrants.chunk_of_ticket(campaign, 5)->number == 0);
    CHECK(stores.entrants.chunk_of_ticket(campaign, 100)->number == 1);
    CHECK_FALSE(stores.entrants.chunk_of_ticket(campaign, 0));
    const auto roots = stores.entrants.chunk_roots(campaign);
    REQUIRE(roots.size() == 2);
    CHECK(roots[0].front() == 1);
    CHECK(roots[1].front() == 2);
    return true;
  });
}

TEST_CASE("entrants: chunks are removed some at a time", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  database.write([&](Stores& stores) {
    for (std::int64_t i = 0; i < 3; ++i) stores.entrants.insert(campaign, chunk(i, {i + 1}));
  });
  const auto remove = [&] {
    return database.write([&](Stores& stores) { return stores.entrants.remove_some(campaign, 2); });
  };
  CHECK(remove());
  CHECK_FALSE(remove());
  CHECK(database.read([&](const Stores& stores) { return stores.entrants.chunk_roots(campaign); })
            .empty());
}
