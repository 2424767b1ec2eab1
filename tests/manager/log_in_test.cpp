// Log-ins: what they cost, and what is limited.
#include <map>
#include <memory>
#include <mutex>

#include "promotions/manager/accounts.h"
#include "support/catch.h"
#include "support/event.h"
#include "support/manual_clock.h"
#include "support/principals.h"
#include "support/temp_folder.h"
#include "support/waiting.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

constexpr Millis kSecond = std::chrono::seconds(1);
constexpr Millis kMinute = std::chrono::minutes(1);
constexpr char kPassword[] = "correct horse";

// With an account "ana" and the given limits.
struct Desk {
  explicit Desk(const AccountOptions& options_ = {}) : options(options_) {
    open();
    accounts->add(kOwner, "ana", kPassword);
  }

  void open() { accounts = std::make_unique<Accounts>(storage, clock, random, options); }

  LogInResult log_in(const std::string& password, const std::string& client,
                     const std::string& name = "ana") {
    return testing::authenticate(*accounts, {name, password, client});
  }
  LogInOutcome outcome(const std::string& password, const std::string& client,
                       const std::string& name = "ana") {
    return log_in(password, client, name).outcome;
  }

  TempFolder folder;
  ManualClock clock;
  SystemRandom random;
  const AccountOptions options;
  Storage storage{StorageOptions{.path = folder.file("promotions.db")}};
  std::unique_ptr<Accounts> accounts;
};

// Log-ins that are under way at the same time.
class Crowd {
 public:
  explicit Crowd(Desk& desk) : desk_(desk) {}

  void begin(const std::string& password, const std::string& client,
             const std::string& name = "ana") {
    ++begun_;
    desk_.accounts->authenticate({name, password, client}, [this](Completion<LogInResult> done) {
      {
        const std::lock_guard lock(mutex_);
        if (done.has_failed()) {
          ++failed_;
        } else {
          ++outcomes_[done.take().outcome];
        }
      }
      ended_.happen();
    });
  }
  void wait() { REQUIRE(ended_.wait(begun_)); }
  // Once all are done.
  int count(LogInOutcome outcome) { return outcomes_[outcome]; }
  int failed() const { return failed_; }

 private:
  Desk& desk_;
  int begun_ = 0;
  Event ended_;
  std::mutex mutex_;
  std::map<LogInOutcome, int> outcomes_;  // guarded by mutex_
  int failed_ = 0;                        // guarded by mutex_
};

}  // namespace

TEST_CASE("log-in: parallel guesses of one client fail no more often than is allowed",
          "[manager]") {
  Desk desk({.failed_logins_per_minute = 5});
  Crowd crowd(desk);
  for (int i = 0; i < 60; ++i) crowd.begin("guess" + std::to_string(i), "192.0.2.1");
  crowd.wait();
  for (int i = 60; i < 80; ++i) crowd.begin("guess" + std::to_string(i), "192.0.2.1");
  crowd.wait();
  CHECK(crowd.count(LogInOutcome::wrong) == 5);
  CHECK(crowd.count(LogInOutcome::limited) == 75);
  CHECK(desk.accounts->computations() == 5);
}

TEST_CASE("log-in: the same guess in parallel counts each time", "[manager]") {
  Desk desk({.failed_logins_per_minute = 5});
  Crowd crowd(desk);
  for (int i = 0; i < 60; ++i) crowd.begin("guess", "192.0.2.1");
  crowd.wait();
  CHECK(crowd.count(LogInOutcome::wrong) == 5);
  CHECK(crowd.count(LogInOutcome::limited) == 55);
}

TEST_CASE("log-in: 64 parallel right requests cost one computation and all pass", "[manager]") {
  Desk desk;
  Crowd crowd(desk);
  for (int i = 0; i < 64; ++i) crowd.begin(kPassword, "192.0.2.1");
  crowd.wait();
  CHECK(crowd.count(LogInOutcome::right) == 64);
  CHECK(desk.accounts->computations() == 1);
}

TEST_CASE("log-in: a right password costs a computation again after five minutes", "[manager]") {
  Desk desk;
  CHECK(desk.outcome(kPassword, "192.0.2.1") == LogInOutcome::right);
  desk.clock.advance(5 * kMinute - Millis{1});
  CHECK(desk.outcome(kPassword, "192.0.2.2") == LogInOutcome::right);
  CHECK(desk.accounts->computations() == 1);
  desk.clock.advance(Millis{1});
  CHECK(desk.outcome(kPassword, "192.0.2.1") == LogInOutcome::right);
  CHECK(desk.accounts->computations() == 2);
}

TEST_CASE("log-in: an unknown name costs what a wrong password does", "[manager]") {
  Desk desk;
  CHECK(desk.outcome("wrong", "192.0.2.1", "ana") == LogInOutcome::wrong);
  CHECK(desk.accounts->computations() == 1);
  CHECK(desk.outcome("wrong", "192.0.2.1", "nobody") == LogInOutcome::wrong);
  CHECK(desk.accounts->computations() == 2);
  CHECK(desk.outcome("wrong", "192.0.2.1", std::string("a\0b", 3)) == LogInOutcome::wrong);
  CHECK(desk.accounts->computations() == 3);
  // The computation is the same, too: an account's hash has the parameters of the one that unknown
  // names are checked against.
  const std::string parameters = "$argon2id$v=19$m=65536,t=2,p=1$";
  CHECK(desk.accounts->list().at(0).password_hash.rfind(parameters, 0) == 0);
}

TEST_CASE("log-in: who is limited learns nothing, not even of what memory knows", "[manager]") {
  Desk desk({.failed_logins_per_minute = 2});
  CHECK(desk.outcome(kPassword, "192.0.2.1") == LogInOutcome::right);  // remembered from here on
  for (int i = 0; i < 2; ++i) CHECK(desk.outcome("guess", "192.0.2.9") == LogInOutcome::wrong);
  const LogInResult limited = desk.log_in(kPassword, "192.0.2.9");
  CHECK(limited.outcome == LogInOutcome::limited);
  CHECK(limited.retry_after == 30 * kSecond);
  CHECK(desk.outcome("guess", "192.0.2.9") == LogInOutcome::limited);
  CHECK(desk.outcome(std::string(2000, 'x'), "192.0.2.9") == LogInOutcome::limited);
  CHECK(desk.accounts->computations() == 3);
  desk.clock.advance(30 * kSecond);
  CHECK(desk.outcome(kPassword, "192.0.2.9") == LogInOutcome::right);
}

TEST_CASE("log-in: a password that is too long to be right counts as a failure", "[manager]") {
  Desk desk({.failed_logins_per_minute = 2});
  for (int i = 0; i < 2; ++i) {
    CHECK(desk.outcome(std::string(2000, 'x'), "192.0.2.1") == LogInOutcome::wrong);
  }
  CHECK(desk.outcome(kPassword, "192.0.2.1") == LogInOutcome::limited);
  CHECK(desk.accounts->computations() == 0);
}

TEST_CASE("log-in: an attacked account opens for its owner, who comes from elsewhere",
          "[manager]") {
  Desk desk({.failed_logins_per_minute = 2});
  for (int i = 0; i < 2; ++i) CHECK(desk.outcome("guess", "192.0.2.1") == LogInOutcome::wrong);
  // The account's limit is reached: one guess for each other client, and no second one.
  CHECK(desk.outcome("guess", "192.0.2.2") == LogInOutcome::limited);
  CHECK(desk.outcome(kPassword, "192.0.2.2") == LogInOutcome::limited);
  CHECK(desk.outcome(kPassword, "192.0.2.3") == LogInOutcome::right);
  // Other accounts are not concerned.
  CHECK(desk.outcome("guess", "192.0.2.2", "ben") == LogInOutcome::wrong);
}

TEST_CASE("log-in: a stranger's client may try an attacked account once a minute", "[manager]") {
  Desk desk({.failed_logins_per_minute = 10});
  const auto attack = [&] {
    // Too long to be computed: this is quick.
    for (int i = 0; i < 10; ++i) desk.outcome(std::string(2000, 'x'), "192.0.2.1");
  };
  attack();
  const std::int64_t before = desk.accounts->computations();
  CHECK(desk.outcome("guess", "192.0.2.3") == LogInOutcome::limited);
  CHECK(desk.accounts->computations() == before + 1);
  for (int i = 0; i < 8; ++i) {  // its own limit would allow one every six seconds
    desk.clock.advance(kSecond);
    attack();
    CHECK(desk.outcome(kPassword, "192.0.2.3") == LogInOutcome::limited);
  }
}

TEST_CASE("log-in: who has been in an attacked account may mistype", "[manager]") {
  Desk desk({.failed_logins_per_minute = 3});
  CHECK(desk.outcome(kPassword, "192.0.2.5") == LogInOutcome::right);
  for (int i = 0; i < 3; ++i) desk.outcome("guess", "192.0.2.1");
  CHECK(desk.outcome("mistyped", "192.0.2.5") == LogInOutcome::limited);
  CHECK(desk.outcome(kPassword, "192.0.2.5") == LogInOutcome::right);
  // Another account, if it has the same name.
  desk.accounts->remove(kOwner, "ana");
  desk.accounts->add(kOwner, "ana", "another one");
  CHECK(desk.outcome("another one", "192.0.2.5") == LogInOutcome::limited);
}

TEST_CASE("log-in: one client does not fill the line, and a full line is an error", "[manager]") {
  Desk desk({.failed_logins_per_minute = 0, .max_waiting = 6, .max_waiting_of_client = 2});
  Crowd one(desk);
  for (int i = 0; i < 10; ++i) one.begin("guess" + std::to_string(i), "192.0.2.1");
  Crowd owner(desk);
  owner.begin(kPassword, "192.0.2.2");
  owner.wait();
  one.wait();
  CHECK(owner.count(LogInOutcome::right) == 1);
  // One may have left the line while others came.
  CHECK(one.count(LogInOutcome::wrong) <= 4);
  CHECK(one.count(LogInOutcome::wrong) + one.count(LogInOutcome::limited) == 10);

  Crowd many(desk);
  for (int i = 0; i < 20; ++i)
    many.begin("guess", "client" + std::to_string(i), "name" + std::to_string(i));
  many.wait();
  CHECK(many.failed() >= 10);
  CHECK(many.failed() + many.count(LogInOutcome::wrong) == 20);
}

TEST_CASE("log-in: a full line has room for those who have been there", "[manager]") {
  Desk desk({.failed_logins_per_minute = 0, .max_waiting = 4});
  CHECK(desk.outcome(kPassword, "192.0.2.1") == LogInOutcome::right);
  desk.clock.advance(10 * kMinute);  // it is remembered no longer
  Crowd strangers(desk);
  for (int i = 0; i < 20; ++i)
    strangers.begin("guess" + std::to_string(i), "client" + std::to_string(i));
  Crowd owner(desk);
  owner.begin(kPassword, "192.0.2.1");
  owner.wait();
  strangers.wait();
  CHECK(owner.count(LogInOutcome::right) == 1);
  CHECK(strangers.failed() >= 10);
}

TEST_CASE("log-in: a manager that stops tells those who wait", "[manager]") {
  Desk desk({.failed_logins_per_minute = 0});
  Crowd crowd(desk);
  for (int i = 0; i < 40; ++i)
    crowd.begin("guess", "192.0.2.1", "name" + std::to_string(i / 4) + std::to_string(i));
  desk.accounts.reset();
  crowd.wait();
}

TEST_CASE("log-in: an account that changes while its password is computed is not let in",
          "[manager]") {
  Desk desk({.failed_logins_per_minute = 0});
  Crowd crowd(desk);
  crowd.begin("guess", "192.0.2.1", "somebody");  // keeps the line busy
  crowd.begin(kPassword, "192.0.2.2");
  desk.accounts->remove(kOwner, "ana");
  crowd.begin(kPassword, "192.0.2.3");
  crowd.wait();
  // The one before the removal may have been answered before it; nobody after.
  CHECK(crowd.count(LogInOutcome::right) <= 1);
  CHECK(desk.outcome(kPassword, "192.0.2.2") == LogInOutcome::wrong);
}
