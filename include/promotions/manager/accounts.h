// Accounts of administrators: making them, and checking who somebody is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/completion.h"
#include "promotions/base/limiter.h"
#include "promotions/base/lru_map.h"
#include "promotions/base/mutex.h"
#include "promotions/base/random.h"
#include "promotions/base/short_hash.h"
#include "promotions/manager/principal.h"
#include "promotions/storage/storage.h"

namespace promotions {

enum class AddAccountOutcome { added, exists, invalid_name, invalid_password };

// Somebody says who they are.
struct LogIn {
  std::string name;
  std::string password;
  std::string client;  // who asks, as limits count clients
};

enum class LogInOutcome {
  right,
  wrong,
  limited,  // too many failures; nothing is said about the password
};

struct LogInResult {
  LogInOutcome outcome = LogInOutcome::wrong;
  Millis retry_after{0};  // of limited
};

struct AccountOptions {
  int failed_logins_per_minute = 10;  // of each client, and for each account; 0: no limit
  // Computations of 50 ms each: beyond 3 s few would still wait for the answer.
  std::size_t max_waiting = 64;
  std::size_t max_waiting_of_client = 4;  // so that one client cannot fill the line
};

// Thread-safe. Passwords are kept as Argon2id (libsodium, interactive limits: some 50 ms and 64 MiB
// each), computed one at a time, checks on a thread of its own; a credential that was right a
// moment ago is recognised without.
//
// Failures are limited for each client and for each account. An account whose limit is reached
// stays open to clients from which its right password has come before, and to the first guess a
// minute of every other: no stranger can lock its owner out.
class Accounts {
 public:
  Accounts(Storage& storage, const Clock& clock, Random& random,
           const AccountOptions& options = {});
  ~Accounts();  // who still waits is told Overloaded

  // Takes as long for an unknown name as for a wrong password. `done` is called at once, or later
  // on this object's thread, and must be quick. Fails with Overloaded and StorageUnavailable.
  // Whoever asks the same as somebody who waits already shares that computation.
  void authenticate(LogIn log_in, Done<LogInResult> done);
  LogInResult authenticate(LogIn log_in);  // waits

  // Argon2id computations that were begun to check a password.
  std::int64_t computations() const;

  // A password has 10 characters at least, and 1024 bytes at most.
  AddAccountOutcome add(const Principal& who, std::string_view name, std::string_view password);
  // The same for an account that there is: whoever is logged in with the old one is no longer.
  enum class ChangePasswordOutcome { changed, no_such_account, invalid_password };
  ChangePasswordOutcome change_password(const Principal& who, std::string_view name,
                                        std::string_view password);
  bool remove(const Principal& who, std::string_view name);
  std::vector<Account> list();

  // Makes the account `admin` if there is none at all; its password, else nullopt.
  std::optional<std::string> ensure_admin();

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Remembered {
    Digest credential{};
    std::string password_hash{};  // the account as it was: another one is not recognised
    Time until{};
  };
  struct Waiting {
    std::string client;
    bool is_welcome;
    Done<LogInResult> done;
  };
  struct Guess {  // one computation, and who waits for it: never nobody
    Digest credential;
    std::string name;
    std::string password;
    std::vector<Waiting> waiting;
  };
  struct Answer {
    Done<LogInResult> done;
    LogInResult result;
  };

  void run();
  void check(Guess& guess);
  bool is_right(const Guess& guess, const std::optional<Account>& account);
  std::string hash(std::string_view password);
  bool compute(const std::string& password_hash, std::string_view password);
  std::optional<Account> find(const std::string& name);
  Digest digest(std::string_view name, std::string_view password) const;
  std::uint64_t short_digest(std::string_view text) const;
  std::uint64_t welcome_key(const std::string& client, const Account& account) const;

  void forget(std::string_view name);

  std::optional<LogInResult> answer_at_once(const LogIn& log_in, const Digest& credential,
                                            const std::optional<Account>& account, bool is_welcome)
      REQUIRES(mutex_);
  std::optional<LogInResult> put_in_line(LogIn log_in, const Digest& credential, bool is_welcome,
                                         Done<LogInResult>& done) REQUIRES(mutex_);
  std::optional<Millis> limit(const std::string& name, const std::string& client, bool is_welcome)
      REQUIRES(mutex_);
  LogInResult count_failure(const std::string& name, const std::string& client) REQUIRES(mutex_);
  std::vector<Answer> refuse_limited(Guess& guess) REQUIRES(mutex_);
  std::vector<Answer> settle(Guess& guess, const std::optional<Account>& account, bool is_right)
      REQUIRES(mutex_);
  bool is_remembered(const std::string& name, const Digest& credential, const Account& account)
      REQUIRES(mutex_);

  Storage& storage_;
  const Clock& clock_;
  Random& random_;
  const AccountOptions options_;
  Digest key_{};              // of digest(); constant after construction
  ShortHashKey short_key_{};  // of short_digest(); constant after construction

  Mutex computing_;  // one Argon2id computation at a time

  mutable Mutex mutex_;
  Limiter failures_by_client_;   // taken from with mutex_ held, so that no answer slips between
  Limiter failures_by_account_;  // the same
  LruMap<std::uint64_t, Remembered> remembered_ GUARDED_BY(mutex_);  // by account name
  // Clients that a right password came from.
  LruMap<std::uint64_t, bool> welcome_ GUARDED_BY(mutex_);
  std::deque<Guess> line_ GUARDED_BY(mutex_);  // those of welcome clients first
  std::int64_t computations_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  ConditionVariable wake_;
  std::thread thread_;
};

}  // namespace promotions
