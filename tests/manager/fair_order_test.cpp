#include "manager/fair_order.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "manager/office.h"
#include "support/catch.h"
#include "support/principals.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr int kFlooders = 1000;
constexpr int kEach = 30;
constexpr std::int64_t kWithoutFlood = FairOrder::kLookEvery;  // how stale a look may be

// A queue of mails in the order of their ranks, as the jobs table is.
class Mails {
 public:
  explicit Mails(std::size_t max_flows = FairOrder::kMaxFlows) : order_(std::in_place, max_flows) {}

  std::int64_t add(std::uint64_t flow) {
    const std::int64_t rank = order_->next(flow, now_, [&]() -> std::optional<std::int64_t> {
      ++looks;
      if (waiting_.empty()) return std::nullopt;
      return waiting_.begin()->rank;
    });
    waiting_.insert({rank, ++id_, flow});
    return rank;
  }
  std::uint64_t send() { return waiting_.extract(waiting_.begin()).value().flow; }
  // How many go out before the last one that was added.
  std::int64_t before_last() const {
    std::int64_t count = 0;
    for (const Mail& mail : waiting_) {
      if (mail.id == id_) break;
      ++count;
    }
    return count;
  }
  std::size_t size() const { return waiting_.size(); }
  // The process ends and another one begins, with the mails that waited.
  void restart(Millis later) {
    order_.emplace();
    now_ += later;
  }

  int looks = 0;

 private:
  struct Mail {
    std::int64_t rank;
    std::int64_t id;
    std::uint64_t flow;
    bool operator<(const Mail& other) const {
      return std::pair(rank, id) < std::pair(other.rank, other.id);
    }
  };

  std::optional<FairOrder> order_;
  Time now_ = ManualClock::kStart;
  std::set<Mail> waiting_;
  std::int64_t id_ = 0;
};

void flood(Mails& mails) {
  for (int i = 0; i < kEach; ++i) {
    for (std::uint64_t flow = 1; flow <= kFlooders; ++flow) mails.add(flow);
  }
}

}  // namespace

TEST_CASE("fair order: a newcomer waits for clients, not for their mails", "[manager]") {
  Mails mails;
  flood(mails);
  REQUIRE(mails.size() == kFlooders * kEach);
  mails.add(5000);
  CHECK(mails.before_last() <= kFlooders);
  // Its second mail comes after one more of each.
  mails.add(5000);
  CHECK(mails.before_last() <= 2 * kFlooders + 1);

  // Also when the flood is half sent.
  for (int i = 0; i < kFlooders * kEach / 2; ++i) mails.send();
  for (int i = 0; i < FairOrder::kLookEvery; ++i) mails.add(1);
  mails.add(5001);
  CHECK(mails.before_last() <= kFlooders + kWithoutFlood);
}

TEST_CASE("fair order: one client's flood delays another by one mail", "[manager]") {
  Mails mails;
  for (int i = 0; i < 10'000; ++i) mails.add(1);
  mails.add(2);
  CHECK(mails.before_last() <= 1);
}

TEST_CASE("fair order: while a flood goes on newcomers are still served soon", "[manager]") {
  Mails mails;
  flood(mails);
  std::int64_t worst = 0;
  for (std::uint64_t round = 0; round < 200; ++round) {
    // For each mail sent two more of the flood come: it grows without end.
    for (std::uint64_t i = 0; i < 50; ++i) {
      mails.send();
      mails.add(1 + (2 * i + 100 * round) % kFlooders);
      mails.add(1 + (2 * i + 1 + 100 * round) % kFlooders);
    }
    mails.add(10'000 + round);
    worst = std::max(worst, mails.before_last());
  }
  CHECK(worst <= 2 * kFlooders);
}

TEST_CASE("fair order: who waits is not overtaken without end by newcomers", "[manager]") {
  Mails mails(100);
  mails.add(1);
  mails.add(1);
  mails.add(1);  // its third, behind the first two
  for (std::uint64_t flow = 100; flow < 1100; ++flow) {
    mails.add(flow);
    mails.send();
  }
  std::set<std::uint64_t> left;
  while (mails.size() > 0) left.insert(mails.send());
  CHECK(left.count(1) == 0);
}

TEST_CASE("fair order: after a restart the order holds", "[manager]") {
  Mails mails;
  flood(mails);
  mails.restart(std::chrono::hours(1));
  mails.add(5000);
  CHECK(mails.before_last() <= kFlooders);

  Mails idle;
  const std::int64_t before = idle.add(1);
  idle.send();
  idle.restart(Millis{1});
  CHECK(idle.add(1) > before);  // so what was left scheduled comes first
}

TEST_CASE("fair order: the queue is looked at once in many mails", "[manager]") {
  Mails mails;
  for (int i = 0; i < 10 * FairOrder::kLookEvery; ++i) mails.add(1);
  CHECK(mails.looks == 10);
}

TEST_CASE("fair order: more clients than it can remember do no harm", "[manager]") {
  FairOrder order(100);
  const auto first = [] { return std::optional<std::int64_t>(50); };
  const Time now = ManualClock::kStart;
  for (std::uint64_t flow = 0; flow < 100; ++flow) CHECK(order.next(flow, now, first) == 50);
  for (std::uint64_t flow = 100; flow < 200; ++flow) CHECK(order.next(flow, now, first) == 51);
  CHECK(order.next(199, now, first) == 52);
  CHECK(order.next(200, now, first) == 52);
  CHECK(order.next(0, now, first) == 52);  // forgotten, as if it were new
}

TEST_CASE("sign-up: a flood of many clients delays a newcomer's mail by its share", "[manager]") {
  Office office(SignUpOptions{.mails_per_address_per_day = 0});
  office.create();
  const auto sign_up = [&](const std::string& email, const std::string& client) {
    return testing::add_subscriber(*office.sign_ups, {.campaign = "autumn",
                                                      .email = email,
                                                      .locale = {},
                                                      .who = {.network = std::string(client)}});
  };
  constexpr int kClients = 50;
  constexpr int kMails = 10;
  for (int i = 0; i < kMails; ++i) {
    for (int c = 0; c < kClients; ++c) {
      const std::string client = "192.0.2." + std::to_string(c);
      sign_up("a" + std::to_string(i) + "@" + std::to_string(c) + ".example.org", client);
    }
  }
  sign_up("newcomer@example.org", "198.51.100.1");
  const std::int64_t newcomer = office.subscriber("newcomer@example.org").id;
  office.enter("entrant@example.org");
  office.draws->finish_campaign(kOwner, "autumn", Millis{0});
  office.complete_finish(office->find("autumn")->id);

  const auto claimed = office.storage->write([&](Stores& stores) {
    return stores.jobs.claim(lanes::kMail, 100, 1, office.clock.now() + std::chrono::hours(1));
  });
  REQUIRE(claimed.size() == 100);
  // Results come first.
  CHECK(claimed[0].kind != job_kinds::kVerification);
  CHECK(claimed[1].kind != job_kinds::kVerification);
  const auto place = std::find_if(claimed.begin(), claimed.end(), [&](const Job& job) {
    return job.kind == job_kinds::kVerification && job.subscriber_id == newcomer;
  });
  CHECK(place - claimed.begin() <= 2 + kClients + 1);
}
