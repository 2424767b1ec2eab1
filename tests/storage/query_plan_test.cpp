// The statements that run all the time must find their rows by an index, however long the table is.
#include <sqlite3.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

#include "storage/address_index.h"
#include "storage/database.h"
#include "storage/database_connection.h"
#include "support/catch.h"

using namespace promotions;

namespace {

using Plan = std::vector<std::string>;

Plan explain(sqlite3* handle, const std::string& sql) {
  Plan plan;
  sqlite3_stmt* statement = nullptr;
  const std::string explained = "EXPLAIN QUERY PLAN " + sql;
  REQUIRE(sqlite3_prepare_v2(handle, explained.c_str(), -1, &statement, nullptr) == SQLITE_OK);
  while (sqlite3_step(statement) == SQLITE_ROW) {
    plan.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, 3)));
  }
  sqlite3_finalize(statement);
  return plan;
}

std::vector<std::string> statements_of(sqlite3* handle) {
  std::vector<std::string> statements;
  for (sqlite3_stmt* statement = sqlite3_next_stmt(handle, nullptr); statement != nullptr;
       statement = sqlite3_next_stmt(handle, statement)) {
    statements.emplace_back(sqlite3_sql(statement));
  }
  std::sort(statements.begin(), statements.end());
  return statements;
}

// The plans of all statements that `use` has the stores prepare on a connection of its own.
template <typename Use>
std::vector<Plan> plans_of(Use use) {
  Database database;
  database.storage.reset();
  DatabaseConnection connection(database.options.path, DatabaseConnection::Mode::write);
  sqlite3* handle = connection.database().getHandle();
  AddressIndex addresses(connection);
  const std::vector<std::string> before = statements_of(handle);
  Stores stores(connection, &addresses);
  use(stores);
  const std::vector<std::string> after = statements_of(handle);
  std::vector<std::string> statements;
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(statements));
  std::vector<Plan> plans;
  for (const std::string& sql : statements) plans.push_back(explain(handle, sql));
  return plans;
}

bool uses(const Plan& plan, const std::string& index) {
  for (const std::string& step : plan) {
    if (step.find("INDEX " + index + " ") != std::string::npos) return true;
    if (step.size() >= index.size() &&
        step.compare(step.size() - index.size(), index.size(), index) == 0) {
      return true;
    }
  }
  return false;
}

// No table is read from end to end: "SCAN jobs" without an index.
bool scans_a_table(const Plan& plan) {
  for (const std::string& step : plan) {
    if (step.rfind("SCAN ", 0) == 0 && step.find("INDEX") == std::string::npos &&
        step.find("CONSTANT ROW") == std::string::npos) {
      return true;
    }
  }
  return false;
}

template <typename Use>
void check_uses(Use use, const std::vector<std::string>& indexes) {
  const std::vector<Plan> plans = plans_of(use);
  REQUIRE_FALSE(plans.empty());
  for (const Plan& plan : plans) {
    std::string text;
    for (const std::string& step : plan) text += step + "\n";
    CAPTURE(text);
    CHECK_FALSE(scans_a_table(plan));
    for (const std::string& index : indexes) {
      CAPTURE(index);
      CHECK(uses(plan, index));
    }
  }
}

}  // namespace

TEST_CASE("query plan: a claim looks only at ready jobs of its lane, in order", "[storage]") {
  const auto claim = [](Stores& stores) { stores.jobs.claim("mail", 8, 1, Time{}); };
  const auto claim_others = [](Stores& stores) { stores.jobs.claim("mail", 8, 1, Time{}, {7}); };
  check_uses(claim, {"jobs_ready"});
  check_uses(claim_others, {"jobs_ready"});
  for (const auto& plans : {plans_of(claim), plans_of(claim_others)}) {
    for (const Plan& plan : plans) {
      for (const std::string& step : plan) CHECK(step.find("TEMP B-TREE") == std::string::npos);
    }
  }
}

TEST_CASE("query plan: promoting looks only at scheduled jobs that are due", "[storage]") {
  check_uses([](Stores& stores) { stores.jobs.due(Time{}, 500); }, {"jobs_scheduled"});
  // By id, not once more through all that is scheduled.
  for (const Plan& plan : plans_of([](Stores& stores) { stores.jobs.promote(1, 0); })) {
    REQUIRE_FALSE(plan.empty());
    CHECK(plan.front().find("INTEGER PRIMARY KEY") != std::string::npos);
  }
}

TEST_CASE("query plan: pruning goes by the time of finishing", "[storage]") {
  check_uses([](Stores& stores) { stores.jobs.prune(Time{}, 500); }, {"jobs_finished"});
}

TEST_CASE("query plan: rescuing and extending look only at running jobs", "[storage]") {
  check_uses([](Stores& stores) { stores.jobs.rescue(Time{}, false); }, {"jobs_running"});
  check_uses([](Stores& stores) { stores.jobs.rescue(Time{}, true); }, {"jobs_running"});
  check_uses([](Stores& stores) { stores.jobs.extend(1, Time{}); }, {"jobs_running"});
}

TEST_CASE("query plan: counts go by the partial indexes", "[storage]") {
  check_uses([](Stores& stores) { stores.jobs.counts(); },
             {"jobs_ready", "jobs_scheduled", "jobs_running", "jobs_finished"});
  check_uses([](Stores& stores) { stores.jobs.dead_by_kind("mail"); }, {"jobs_finished"});
}

TEST_CASE("query plan: the next times are read off an index", "[storage]") {
  check_uses([](Stores& stores) { stores.jobs.next_run_at(); }, {"jobs_scheduled"});
  check_uses([](Stores& stores) { stores.jobs.last_done("mail"); }, {"jobs_finished"});
}

TEST_CASE("query plan: what a sign-up and a verification read is found by an index", "[storage]") {
  check_uses([](Stores& stores) { stores.subscribers.find(1, "ana@example.org"); }, {});
  check_uses(
      [](Stores& stores) { stores.subscribers.mails_since("ana@example.org", Time{}, Time{}); },
      {});
  check_uses([](Stores& stores) { stores.jobs.first_ready_priority("mail", 10); }, {"jobs_ready"});
  check_uses([](Stores& stores) { stores.subscribers.find_by_ticket(1, 1); }, {"tickets"});
  check_uses([](Stores& stores) { stores.entrants.listed(1, 0, 10); }, {"tickets"});
  check_uses([](Stores& stores) { stores.subscribers.list(1, {}); }, {"subscribers_of_campaign"});
  check_uses([](Stores& stores) { stores.campaigns.open_list(1); }, {});
  check_uses([](Stores& stores) { stores.subscribers.standing(1); }, {});
  check_uses([](Stores& stores) { stores.variants.list(1, Time{}); },
             {"sign_up_variants_of_subscriber"});
}
