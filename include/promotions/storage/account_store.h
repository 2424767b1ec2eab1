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
  std::string password_hash;  // Argon2id, in libsodium's text form
  Time created_at;
};

// Works on a borrowed connection; not thread-safe. Functions that write are not const. For errors
// see Stores (storage.h).
class AccountStore {
 public:
  explicit AccountStore(DatabaseConnection& connection) : connection_(connection) {}

  std::vector<Account> all() const;  // by name
  std::optional<Account> find(std::string_view name) const;
  // False if the name is taken.
  bool insert(const Account& account);
  // Both return false if there is no such account.
  bool set_password(std::string_view name, std::string_view password_hash);
  bool remove(std::string_view name);

 private:
  DatabaseConnection& connection_;
};

}  // namespace promotions
