#include <array>

#include "storage/database.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr Time kNow = ManualClock::kStart;
constexpr Millis kDay = std::chrono::hours(24);

using Ids = std::vector<std::int64_t>;

Ids list(Database& database, std::int64_t campaign, const SubscriberFilter& filter) {
  Ids ids;
  for (const Subscriber& subscriber : database.read(
           [&](const Stores& stores) { return stores.subscribers.list(campaign, filter); })) {
    ids.push_back(subscriber.id);
  }
  return ids;
}

MailAllowance mails(Database& database, Time since) {
  return database.write([&](Stores& stores) {
    return stores.subscribers.mails_since("ana@example.org", since, since + kDay);
  });
}

void count_mail(Database& database, std::int64_t id, Time now) {
  database.write([&](Stores& stores) { stores.subscribers.count_mail(id, now, now - kDay); });
}

}  // namespace

TEST_CASE("subscriber store: what was given is kept, and found in every way", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  Subscriber given = sample_subscriber(campaign, "Ana@example.org", kNow);
  given.data = R"({"name":"Ana \"Ñ\" O'Hara","age":7})";
  given.locale = "en";
  given.consents = {{"news", sha256("Send me news"), "en", kNow}};
  const std::int64_t id =
      database.write([&](Stores& stores) { return stores.subscribers.insert(given).value(); });
  const std::array<unsigned char, 16> nonce{1, 0, 2};
  database.write([&](Stores& stores) {
    stores.subscribers.verify(id, stores.campaigns.take_ticket(campaign), nonce, kNow + Millis{9});
  });
  database.read([&](const Stores& stores) {
    const Subscriber found = stores.subscribers.find(id).value();
    CHECK(found.campaign_id == campaign);
    CHECK(found.email == "Ana@example.org");
    CHECK(found.email_key == "ana@example.org");
    CHECK(found.data == given.data);
    CHECK(found.locale == "en");
    CHECK(found.consents == given.consents);
    CHECK(found.created_at == kNow);
    CHECK(found.verified_at == kNow + Millis{9});
    CHECK(found.ticket == 1);
    CHECK(stores.subscribers.find_by_ticket(campaign, 1).value().id == id);
    CHECK_FALSE(stores.subscribers.find_by_ticket(campaign, 2));
    CHECK_FALSE(stores.subscribers.find(id + 1));
    return 0;
  });
  database.write([&](Stores& stores) {
    CHECK(stores.subscribers.find(campaign, "ana@example.org").value().id == id);
    CHECK_FALSE(stores.subscribers.find(campaign + 1, "ana@example.org"));
  });
}

TEST_CASE("subscriber store: an address counts once a campaign", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t other = database.add_campaign("other");
  database.add_subscriber(campaign, "ana@example.org");
  CHECK_FALSE(database.write([&](Stores& stores) {
    return stores.subscribers.insert(sample_subscriber(campaign, "ANA@EXAMPLE.ORG", kNow));
  }));
  CHECK_NOTHROW(database.add_subscriber(other, "ana@example.org"));
}

TEST_CASE("subscriber store: verifying a second time keeps the first ticket", "[storage]") {
  Database database;
  const std::int64_t id = database.add_subscriber(database.add_campaign(), "ana@example.org");
  database.write([&](Stores& stores) {
    stores.subscribers.verify(id, 7, {}, kNow);
    stores.subscribers.verify(id, 8, {}, kNow + Millis{1});
  });
  const auto found =
      database.read([&](const Stores& stores) { return stores.subscribers.find(id).value(); });
  CHECK(found.ticket == 7);
  CHECK(found.verified_at == kNow);
}

TEST_CASE("subscriber store: lists in pages by id, with filters", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t other = database.add_campaign("other");
  Ids ids;
  for (const char* name : {"ana", "ben", "anabel", "carl", "dana"}) {
    ids.push_back(database.add_subscriber(campaign, std::string(name) + "@example.org"));
    database.add_subscriber(other, std::string(name) + "@example.org");
  }
  database.write([&](Stores& stores) {
    stores.subscribers.verify(ids[1], 1, {}, kNow);
    stores.subscribers.verify(ids[2], 2, {}, kNow);
  });
  CHECK(list(database, campaign, {}) == ids);
  CHECK(list(database, campaign, {.limit = 2}) == Ids{ids[0], ids[1]});
  CHECK(list(database, campaign, {.after = ids[1], .limit = 2}) == Ids{ids[2], ids[3]});
  CHECK(list(database, campaign, {.after = ids[4]}).empty());
  CHECK(list(database, campaign, {.state = SubscriberState::verified}) == Ids{ids[1], ids[2]});
  CHECK(list(database, campaign, {.state = SubscriberState::pending}) ==
        Ids{ids[0], ids[3], ids[4]});
  CHECK(list(database, campaign, {.text = "ANA"}) == Ids{ids[0], ids[2], ids[4]});
  CHECK(list(database, campaign, {.state = SubscriberState::pending, .text = "ana"}) ==
        Ids{ids[0], ids[4]});
  CHECK(list(database, campaign, {.text = " ana\u00A0"}) == Ids{ids[0], ids[2], ids[4]});
  CHECK(list(database, campaign, {.text = "a%"}).empty());  // text, not a pattern
}

TEST_CASE("subscriber store: an address is found as it is shown and as it is stored", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@xn--espaa-rta.example");
  database.add_subscriber(campaign, "ana@example.org");
  for (const char* text : {"ana@españa.example", " ANA@ESPAÑA.EXAMPLE ", "espan\u0303a", "aña.ex",
                           "xn--espaa", "españa"}) {
    CAPTURE(text);
    CHECK(list(database, campaign, {.text = text}) == Ids{ana});
  }
  CHECK(list(database, campaign, {.text = "ana@esp\xFF"}).empty());
}

TEST_CASE("subscriber store: mails to an address are counted over campaigns, within a window",
          "[storage]") {
  Database database;
  CHECK(mails(database, kNow - kDay).used == 0);
  CHECK_FALSE(mails(database, kNow - kDay).oldest);
  const std::int64_t first =
      database.add_subscriber(database.add_campaign("a"), "ana@example.org", kNow);
  const Time later = kNow + std::chrono::hours(5);
  database.add_subscriber(database.add_campaign("b"), "Ana@example.org", later);
  database.add_subscriber(database.add_campaign("c"), "ben@example.org", later);
  count_mail(database, first, later);

  MailAllowance allowance = mails(database, later - kDay);
  CHECK(allowance.used == 3);
  CHECK(allowance.oldest == kNow);
  allowance = mails(database, kNow);  // the first window began then: it is over
  CHECK(allowance.used == 1);
  CHECK(allowance.oldest == later);
  CHECK(mails(database, later).used == 0);

  count_mail(database, first, kNow + kDay);  // a new window
  allowance = mails(database, kNow);
  CHECK(allowance.used == 2);
  CHECK(allowance.oldest == later);
}

TEST_CASE("subscriber store: a mail that is held back counts for the day on which it goes out",
          "[storage]") {
  Database database;
  const std::int64_t id = database.add_subscriber(database.add_campaign(), "ana@example.org");
  const Time at = kNow + kDay;
  database.write([&](Stores& stores) {
    stores.subscribers.count_separately("ana@example.org", at);
    stores.subscribers.set_mailed(id, at);
    CHECK(stores.subscribers.mailed_at(id) == at);
  });
  CHECK(mails(database, kNow - kDay).used == 2);
  CHECK(mails(database, kNow).used == 1);
  CHECK(mails(database, kNow).oldest == at);
  CHECK(mails(database, at).used == 0);
}

TEST_CASE("subscriber store: erasing leaves nothing, or a ticket without a person", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "ana@example.org");
  const std::int64_t ben = database.add_subscriber(campaign, "ben@example.org");
  database.write([&](Stores& stores) {
    stores.subscribers.verify(ana, stores.campaigns.take_ticket(campaign), {}, kNow);
    stores.subscribers.verify(ben, stores.campaigns.take_ticket(campaign), {}, kNow);
    stores.subscribers.erase(ana, false);
    stores.subscribers.erase(ben, true);
  });
  database.read([&](const Stores& stores) {
    CHECK_FALSE(stores.subscribers.find(ana));
    const Subscriber kept = stores.subscribers.find(ben).value();
    CHECK(kept.ticket == 2);
    CHECK(kept.email.empty());
    CHECK(kept.email_key.empty());
    CHECK(kept.data == "{}");
    CHECK(stores.entrants.listed(campaign, 0, 10).empty());
    return 0;
  });
  database.write([&](Stores& stores) {
    CHECK_FALSE(stores.subscribers.find(campaign, "ben@example.org"));
    CHECK_FALSE(stores.subscribers.find(campaign, ""));
  });
  CHECK(list(database, campaign, {}).empty());
}

TEST_CASE("subscriber store: several may be erased with their tickets kept", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  for (int ticket = 1; ticket <= 3; ++ticket) {
    const std::int64_t id =
        database.add_subscriber(campaign, "ana" + std::to_string(ticket) + "@example.org");
    database.write([&](Stores& stores) {
      stores.subscribers.verify(id, 4 - ticket, {}, kNow);
      stores.subscribers.erase(id, true);
    });
  }
  database.read([&](const Stores& stores) {
    for (int ticket = 1; ticket <= 3; ++ticket) {
      CHECK(stores.subscribers.find_by_ticket(campaign, ticket));
    }
    return 0;
  });
}

TEST_CASE("subscriber store: what a verification looks at is one row", "[storage]") {
  Database database;
  const std::int64_t campaign = database.add_campaign();
  const std::int64_t ana = database.add_subscriber(campaign, "Ana@example.org");
  const auto standing = [&] {
    return database.read([&](const Stores& stores) { return stores.subscribers.standing(ana); });
  };
  CHECK(standing().value().campaign_id == campaign);
  CHECK(standing().value().email_key == "ana@example.org");
  CHECK_FALSE(standing().value().is_verified);
  CHECK(standing().value().is_list_open);
  database.verify(campaign, ana);
  database.write([&](Stores& stores) { stores.campaigns.set_finishing(campaign, kNow); });
  CHECK(standing().value().is_verified);
  CHECK_FALSE(standing().value().is_list_open);
  database.write([&](Stores& stores) { stores.subscribers.erase(ana, true); });
  CHECK_FALSE(standing());
}
