// Accounts of administrators: making them, and checking who somebody is.
#pragma once

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/random.h"
#include "promotions/storage/storage.h"

namespace promotions {

enum class AddAccountOutcome { added, exists, invalid_name, invalid_password };

// Thread-safe. Passwords are kept as Argon2id (libsodium, interactive limits: some 50 ms and 64 MiB
// each), one computation at a time; a credential that was right a moment ago is recognised without
// one.
class AccountManager {
 public:
  AccountManager(Storage& storage, const Clock& clock, Random& random);

  // Takes as long for an unknown name as for a wrong password. Throws Overloaded if too many wait.
  bool authenticate(std::string_view name, std::string_view password);

  AddAccountOutcome add(std::string_view name, std::string_view password);
  bool remove(std::string_view name);
  std::vector<Account> list();

  // Makes the account `admin` if there is none at all; its password, else nullopt.
  std::optional<std::string> ensure_admin();

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Remembered {
    Digest credential;
    std::string password_hash;  // the account as it was: another one is not recognised
    Time until;
  };

  Digest digest(std::string_view name, std::string_view password) const;
  bool is_remembered(const std::string& name, const Digest& credential, const Account& account);
  bool verify(const std::string& password_hash, std::string_view password);

  Storage& storage_;
  const Clock& clock_;
  Random& random_;
  Digest key_{};  // of digest(); constant after construction

  std::atomic<int> waiting_{0};
  std::mutex hashing_;  // one Argon2id computation at a time
  std::mutex mutex_;
  std::map<std::string, Remembered, std::less<>> remembered_;  // guarded by mutex_; by account name
};

}  // namespace promotions
