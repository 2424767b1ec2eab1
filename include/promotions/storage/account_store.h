// Accounts that may use HTTP Basic auth.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"

namespace promotions {

class DatabaseConnection;

struct Account {
  std::string name;
  std::string password_hash;  // libsodium's Argon2id text form
  Time created_at;
};

// One connection's view; not thread-safe. Functions that write are not const.
class AccountStore {
 public:
  explicit AccountStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<Account> all() const;  // by name
  std::optional<Account> find(std::string_view name) const;
  // False if the name is taken.
  bool insert(const Account& account);
  bool set_password(std::string_view name, std::string_view password_hash);  // false: no such one
  bool remove(std::string_view name);  // false if there is none

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
