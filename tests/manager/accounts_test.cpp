#include "promotions/manager/accounts.h"

#include "support/catch.h"
#include "support/manual_clock.h"
#include "support/principals.h"
#include "support/temp_folder.h"
#include "support/waiting.h"

using namespace promotions;
using promotions::testing::kOwner;

namespace {

struct Desk {
  explicit Desk(const AccountOptions& options = {.failed_logins_per_minute = 0})
      : accounts(storage, clock, random, options) {}

  LogInOutcome outcome(const std::string& name, const std::string& password,
                       const std::string& client = "192.0.2.1") {
    return testing::authenticate(accounts, {name, password, client}).outcome;
  }
  bool authenticate(const std::string& name, const std::string& password) {
    return outcome(name, password) == LogInOutcome::right;
  }

  TempFolder folder;
  ManualClock clock;
  SystemRandom random;
  Storage storage{StorageOptions{.path = folder.file("promotions.db")}};
  Accounts accounts;
};

}  // namespace

TEST_CASE("accounts: the right password of the right name is accepted, nothing else", "[manager]") {
  Desk desk;
  CHECK(desk.accounts.add(kOwner, "ana", "s3cret: ñandú") == AddAccountOutcome::added);
  CHECK(desk.accounts.add(kOwner, "ben", "other secret") == AddAccountOutcome::added);
  for (int i = 0; i < 2; ++i) {  // the second time from memory
    CHECK(desk.authenticate("ana", "s3cret: ñandú"));
    CHECK_FALSE(desk.authenticate("ana", "other secret"));
    CHECK_FALSE(desk.authenticate("ben", "s3cret: ñandú"));
  }
  CHECK_FALSE(desk.authenticate("ana", ""));
  CHECK_FALSE(desk.authenticate("ANA", "s3cret: ñandú"));
  CHECK_FALSE(desk.authenticate("unknown", "s3cret: ñandú"));
  CHECK_FALSE(desk.authenticate("", ""));
  CHECK_FALSE(desk.authenticate("ana", std::string(5000, 'x')));
}

TEST_CASE("accounts: names and passwords that cannot be used are refused", "[manager]") {
  Desk desk;
  for (const std::string& name :
       {std::string(), std::string("a:b"), std::string("a b"), std::string("ñ"), std::string("a\n"),
        std::string("a\0b", 3), std::string(65, 'a')}) {
    CAPTURE(name);
    CHECK(desk.accounts.add(kOwner, name, "password 1") == AddAccountOutcome::invalid_name);
  }
  CHECK(desk.accounts.add(kOwner, "ana", "") == AddAccountOutcome::invalid_password);
  CHECK(desk.accounts.add(kOwner, "ana", "123456789") == AddAccountOutcome::invalid_password);
  CHECK(desk.accounts.add(kOwner, "ana", "ñññññ") ==
        AddAccountOutcome::invalid_password);  // 10 bytes
  CHECK(desk.accounts.add(kOwner, "ana", std::string(1025, 'x')) ==
        AddAccountOutcome::invalid_password);
  CHECK(desk.accounts.list().empty());
  CHECK(desk.accounts.add(kOwner, std::string(64, 'a'), std::string(1024, 'x')) ==
        AddAccountOutcome::added);
}

TEST_CASE("accounts: are listed by name, and hold no password", "[manager]") {
  Desk desk;
  desk.accounts.add(kOwner, "ben", "one password");
  desk.accounts.add(kOwner, "ana", "one password");
  CHECK(desk.accounts.add(kOwner, "ben", "two passwords") == AddAccountOutcome::exists);
  const auto accounts = desk.accounts.list();
  REQUIRE(accounts.size() == 2);
  CHECK(accounts[0].name == "ana");
  CHECK(accounts[1].created_at == desk.clock.now());
  CHECK(accounts[0].password_hash.rfind("$argon2id$", 0) == 0);
  CHECK(accounts[0].password_hash != accounts[1].password_hash);
  CHECK(desk.authenticate("ben", "one password"));  // the second add changed nothing
}

TEST_CASE("accounts: what was remembered is forgotten with the account", "[manager]") {
  Desk desk;
  desk.accounts.add(kOwner, "ana", "old password");
  REQUIRE(desk.authenticate("ana", "old password"));
  CHECK(desk.accounts.remove(kOwner, "ana"));
  CHECK_FALSE(desk.accounts.remove(kOwner, "ana"));
  CHECK_FALSE(desk.authenticate("ana", "old password"));
  desk.accounts.add(kOwner, "ana", "new password");
  CHECK_FALSE(desk.authenticate("ana", "old password"));
  CHECK(desk.authenticate("ana", "new password"));
}

TEST_CASE("accounts: a removal by another process is followed too", "[manager]") {
  Desk desk;
  desk.accounts.add(kOwner, "ana", "old password");
  REQUIRE(desk.authenticate("ana", "old password"));
  desk.storage.write([](Stores& stores) { stores.accounts.remove("ana"); });
  CHECK_FALSE(desk.authenticate("ana", "old password"));
}

TEST_CASE("accounts: the first admin is made once, with a password that works", "[manager]") {
  Desk desk;
  const auto password = desk.accounts.ensure_admin();
  REQUIRE(password);
  CHECK(password->size() >= 16);
  CHECK(desk.authenticate("admin", *password));
  CHECK_FALSE(desk.accounts.ensure_admin());
  CHECK(desk.accounts.list().size() == 1);
}

TEST_CASE("accounts: where there is any account no admin is made", "[manager]") {
  Desk desk;
  desk.accounts.add(kOwner, "ana", "password 1");
  CHECK_FALSE(desk.accounts.ensure_admin());
  CHECK(desk.accounts.list().size() == 1);
}
