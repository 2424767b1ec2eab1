// Whose mail goes out next, as the queue sees it.
#include <algorithm>

#include "manager/office.h"
#include "support/catch.h"

using namespace promotions;

namespace {

constexpr int kFlood = 50;

void sign_up(Office& office, const std::string& email, std::string_view client) {
  testing::add_subscriber(*office.sign_ups, {.campaign = "autumn",
                                             .email = email,
                                             .locale = {},
                                             .who = {.network = std::string(client)}});
}

// As the mail lane does it, for all that waits.
std::vector<Job> claim_all(Office& office) {
  return office.storage->write([&](Stores& stores) {
    return stores.jobs.claim(lanes::kMail, 1000, 1, office.clock.now() + std::chrono::hours(1));
  });
}

}  // namespace

TEST_CASE("mail order: a flood that was refused for a time does not come back before newcomers",
          "[manager]") {
  Office office;
  office.create();
  for (int i = 0; i < kFlood; ++i) {
    sign_up(office, "flood" + std::to_string(i) + "@example.org", "192.0.2.1");
  }
  const Time again = office.clock.now() + std::chrono::minutes(1);
  const auto refused = claim_all(office);
  REQUIRE(refused.size() == kFlood);
  office.storage->write([&](Stores& stores) {
    for (const Job& job : refused) stores.jobs.retry_later(job, "451 later", again);
  });

  // Newcomers find the flood due again.
  office.clock.advance(std::chrono::minutes(1));
  office.storage->write([&](Stores& stores) {
    for (const Job& job : stores.jobs.due(again, 1000)) {
      stores.jobs.promote(job.id, office.sign_ups->priority_when_due(stores, job, again));
    }
  });
  sign_up(office, "ana@example.org", "192.0.2.2");
  sign_up(office, "eva@example.org", "192.0.2.3");
  const auto order = claim_all(office);
  REQUIRE(order.size() == kFlood + 2);
  for (const Job& newcomer : office.jobs(job_kinds::kVerification)) {
    if (newcomer.id <= refused.back().id) continue;
    const auto place = std::find_if(order.begin(), order.end(),
                                    [&](const Job& job) { return job.id == newcomer.id; });
    CHECK(place - order.begin() <= 2);
  }
}

TEST_CASE("mail order: a job of nobody keeps its place while it waits", "[manager]") {
  Office office;
  const Time now = office.clock.now();
  office.storage->write([&](Stores& stores) {
    const std::int64_t id = stores.jobs.enqueue(
        {.lane = lanes::kMail, .kind = job_kinds::kWinner, .run_at = now + Millis{1}}, now);
    const Job job = stores.jobs.find(id).value();
    CHECK(office.sign_ups->priority_when_due(stores, job, now + Millis{1}) ==
          job_priorities::kResult);
  });
}
