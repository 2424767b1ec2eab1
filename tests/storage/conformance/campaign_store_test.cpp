#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;

SubscriberCounts counts(Database& database, std::int64_t campaign) {
  return database.read([&](const Stores& stores) { return stores.campaigns.counts(campaign); });
}

bool counts_are(Database& database, std::int64_t campaign, int pending, int verified) {
  const SubscriberCounts found = counts(database, campaign);
  return found.pending == pending && found.verified == verified;
}

std::int64_t verify(Database& database, std::int64_t campaign, std::int64_t subscriber) {
  return database.write([&](Stores& stores) {
    const std::int64_t ticket = stores.campaigns.take_ticket(campaign);
    stores.subscribers.verify(subscriber, ticket, {}, kNow);
    return ticket;
  });
}

Draw sealed(std::int64_t entrants, int winners, int alternates) {
  Draw draw;
  draw.entrants = entrants;
  draw.winners = winners;
  draw.alternates = alternates;
  draw.root.emplace().fill(9);
  draw.sealed_at = kNow;
  draw.beacon.kind = BeaconKind::public_source;
  draw.beacon.source = "the lottery of Christmas";
  return draw;
}

Drawn drawn_entry(int position, bool winner, std::int64_t ticket, std::int64_t subscriber) {
  Drawn drawn;
  drawn.position = position;
  drawn.winner = winner;
  drawn.ticket = ticket;
  drawn.subscriber_id = subscriber;
  return drawn;
}

}  // namespace

TEST_CASE("campaign store: every setting is kept", "[storage]") {
  const CampaignSettings settings = unusual_settings();
  Database database;
  const std::int64_t id = database.write([&](Stores& stores) {
    const auto first = stores.campaigns.insert("first", sample_settings(), kNow).value();
    stores.campaigns.insert("second", settings, kNow + Millis{5});
    stores.campaigns.update(first, settings);
    return first;
  });
  database.read([&](const Stores& stores) {
    CHECK(stores.campaigns.find(id).value().settings == settings);
    const Campaign second = find_campaign(stores, "second").value();
    CHECK(second.settings == settings);
    CHECK(second.created_at == kNow + Millis{5});
    CHECK_FALSE(second.finishing_at);
    CHECK_FALSE(second.finished_at);
    return 0;
  });
}

TEST_CASE("campaign store: how addresses count is the same in both places", "[storage]") {
  Database database;
  const std::int64_t id = database.add_campaign();
  const auto counted = [&] {
    return database.read([&](const Stores& stores) { return stores.campaigns.open_list(id); });
  };
  CHECK(counted() == Aliases::distinct);
  CampaignSettings settings = sample_settings();
  settings.aliases = Aliases::merge;
  database.write([&](Stores& stores) { stores.campaigns.update(id, settings); });
  CHECK(counted() == Aliases::merge);
  CHECK(database.read([&](const Stores& stores) {
    return stores.campaigns.find(id).value().settings.aliases;
  }) == Aliases::merge);
}

TEST_CASE("campaign store: a slug is given once, and all() is in order of slugs", "[storage]") {
  Database database;
  database.add_campaign("b");
  database.add_campaign("a");
  CHECK_FALSE(database.write(
      [](Stores& stores) { return stores.campaigns.insert("a", sample_settings(), kNow); }));
  const auto all = database.read([](const Stores& stores) { return stores.campaigns.all(); });
  REQUIRE(all.size() == 2);
  CHECK(all[0].slug == "a");
  CHECK(all[1].slug == "b");
}

TEST_CASE("campaign store: counters follow sign-ups, verifications and erasures", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t other = database.add_campaign("other");
  database.add_subscriber(other, "zoe@example.org");
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  const std::int64_t ben = database.add_subscriber(campaign, "ben@example.org");
  CHECK(counts_are(database, campaign, 2, 0));
  verify(database, campaign, ana);
  CHECK(counts_are(database, campaign, 1, 1));
  database.write([&](Stores& stores) { stores.subscribers.erase(ben, false); });
  CHECK(counts_are(database, campaign, 0, 1));
  database.write([&](Stores& stores) { stores.subscribers.erase(ana, true); });
  CHECK(counts_are(database, campaign, 0, 1));
  database.write([&](Stores& stores) { stores.subscribers.erase(ana, false); });
  CHECK(counts_are(database, campaign, 0, 0));
  CHECK(counts_are(database, other, 1, 0));
}

TEST_CASE("campaign store: a ticket is never given out again", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  CHECK(verify(database, campaign, ana) == 1);
  database.write([&](Stores& stores) { stores.subscribers.erase(ana, false); });
  const std::int64_t again = database.add_subscriber(campaign, "ana@example.org");
  CHECK(again > ana);  // nor is an id: old tokens must not fit
  database.reopen();
  CHECK(verify(database, campaign, again) == 2);
  const std::int64_t other = database.add_campaign("other");
  CHECK(verify(database, other, database.add_subscriber(other, "ana@example.org")) == 1);
}

TEST_CASE("campaign store: a list is open until it is stopped or retired", "[storage]") {
  Database database;
  const std::int64_t stopped = database.add_campaign("stopped");
  const std::int64_t retired = database.add_campaign("retired");
  const auto is_open = [&](std::int64_t id) {
    return database.read(
        [&](const Stores& stores) { return stores.campaigns.open_list(id).has_value(); });
  };
  CHECK(is_open(stopped));
  CHECK(is_open(retired));
  database.write([&](Stores& stores) {
    stores.campaigns.set_finishing(stopped, kNow);
    stores.campaigns.retire(retired);
  });
  CHECK_FALSE(is_open(stopped));
  CHECK_FALSE(is_open(retired));
  CHECK_FALSE(is_open(99));
}

TEST_CASE("campaign store: a retired campaign is hidden, frees its slug and goes in steps",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  for (int i = 0; i < 5; ++i) {
    database.add_subscriber(campaign, "ana" + std::to_string(i) + "@example.org");
  }
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  verify(database, campaign, ana);
  database.write([&](Stores& stores) {
    stores.entrants.insert(campaign, {0, {}, {1}, {Hash{}}});
    stores.draws.insert(campaign, sealed(1, 1, 0));
    stores.draws.insert_drawn(campaign, drawn_entry(1, true, 1, ana));
    stores.draws.add_event(campaign, {kNow, 1, "reason", {}});
    stores.campaigns.retire(campaign);
  });
  CHECK(database.read([](const Stores& stores) { return stores.campaigns.all(); }).empty());
  CHECK_FALSE(database.read([&](const Stores& stores) { return stores.campaigns.find(campaign); }));
  const std::int64_t successor = database.add_campaign();
  database.add_subscriber(successor, "ana@example.org");

  const auto purge = [&] {
    return database.write([&](Stores& stores) {
      const bool is_more_left =
          stores.subscribers.purge_some(campaign, 4) || stores.entrants.remove_some(campaign, 4);
      if (!is_more_left) stores.campaigns.purge(campaign);
      return is_more_left;
    });
  };
  const auto has = [&](std::int64_t id) {
    return database.read(
        [&](const Stores& stores) { return stores.subscribers.find(id).has_value(); });
  };
  CHECK(purge());
  CHECK_FALSE(has(1));  // oldest first
  CHECK(has(ana));
  CHECK_FALSE(purge());
  CHECK_FALSE(has(ana));
  CHECK_FALSE(purge());  // a repetition finds nothing
  database.read([&](const Stores& stores) {
    CHECK_FALSE(stores.subscribers.find(ana));
    CHECK_FALSE(stores.draws.find(campaign));
    CHECK(stores.draws.drawn(campaign).empty());
    CHECK(find_campaign(stores, "autumn").value().id == successor);
    CHECK(stores.campaigns.counts(successor).pending == 1);
    return 0;
  });
}

TEST_CASE("campaign store: purging spares a campaign that is in use", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  database.add_subscriber(campaign, "ana@example.org");
  database.write([&](Stores& stores) { stores.campaigns.purge(campaign); });
  CHECK(database.read([&](const Stores& stores) { return stores.campaigns.find(campaign); }));
}

TEST_CASE("draw store: keeps the draw and who was drawn, without the erased one's address",
          "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  const std::int64_t ben = database.add_subscriber(campaign, "ben@example.org");
  verify(database, campaign, ana);
  verify(database, campaign, ben);
  const Draw draw = sealed(2, 1, 1);
  Seed seed{};
  seed.fill(7);
  database.write([&](Stores& stores) {
    stores.draws.insert(campaign, draw);
    CHECK_FALSE(stores.draws.find(campaign).value().seed);
    stores.draws.set_result(campaign, {"value"}, seed);
    stores.draws.insert_drawn(campaign, drawn_entry(2, false, 1, ana));
    stores.draws.insert_drawn(campaign, drawn_entry(1, true, 2, ben));
    stores.draws.set_claim_until(campaign, 1, kNow + Millis{1});
    stores.draws.set_claimed(campaign, 1, kNow);
    CHECK(stores.draws.add_event(campaign, {kNow, 1, "away", 2}) == 1);
    CHECK(stores.draws.add_event(campaign, {kNow, 2, "away, too", {}}) == 2);
    stores.subscribers.erase(ben, true);
  });
  database.read([&](const Stores& stores) {
    const Draw found = stores.draws.find(campaign).value();
    CHECK(found.seed == seed);
    CHECK(found.said.value().value == "value");
    CHECK(found.root == draw.root);
    CHECK(found.beacon == draw.beacon);
    CHECK(found.sealed_at == kNow);
    const auto events = stores.draws.events(campaign);
    REQUIRE(events.size() == 2);
    CHECK(events[0].promoted == 2);
    CHECK(events[1].reason == "away, too");
    CHECK_FALSE(events[1].promoted);
    CHECK(found.entrants == 2);
    CHECK(found.winners == 1);
    CHECK(found.alternates == 1);
    const auto drawn = stores.draws.drawn(campaign);
    REQUIRE(drawn.size() == 2);
    CHECK(drawn[0].position == 1);
    CHECK(drawn[0].winner);
    CHECK(drawn[0].ticket == 2);
    CHECK(drawn[0].email.empty());
    CHECK(drawn[0].claim_until == kNow + Millis{1});
    CHECK(drawn[0].claimed_at == kNow);
    CHECK(drawn[1].position == 2);
    CHECK_FALSE(drawn[1].winner);
    CHECK(drawn[1].email == "ana@example.org");
    CHECK(stores.draws.drawn(campaign, ana).value().position == 2);
    CHECK_FALSE(stores.draws.drawn(campaign, 99));
    return 0;
  });
}
