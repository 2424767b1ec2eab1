// Accounts of administrators: making them, and checking the credentials of a log-in.
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

// The credentials that somebody gives.
struct LogIn {
  std::string name;
  std::string password;
  std::string client;  // where they come from, as limits count clients: Principal::network
};

enum class LogInOutcome {
  right,
  wrong,
  limited,  // too many failures; does not tell whether the password is right
};

struct LogInResult {
  LogInOutcome outcome = LogInOutcome::wrong;
  Millis retry_after{0};  // of limited
};

struct AccountOptions {
  int failed_logins_per_minute = 10;  // from each client, and for each account; 0: no limit
  // Computations that may wait. Each takes 50 ms, and few people would wait longer than 3 s.
  std::size_t max_waiting = 64;
  std::size_t max_waiting_of_client = 4;  // so that one client cannot fill the queue
};

// Thread-safe. Passwords are stored as Argon2id hashes (libsodium, interactive limits: some 50 ms
// and 64 MiB each). One hash is computed at a time, and those that check a log-in are computed on a
// thread that this object owns. A credential that was right in the last five minutes is recognised
// without a computation.
//
// Failures are limited for each client and for each account. An account whose limit is reached
// still accepts log-ins from clients that gave its right password before, and one guess a minute
// from every other client. So no stranger can lock its owner out.
//
// Functions that read or write the database return after the read or the commit, and may throw
// Overloaded and StorageUnavailable.
class Accounts {
 public:
  Accounts(Storage& storage, const Clock& clock, Random& random,
           const AccountOptions& options = {});
  ~Accounts();  // log-ins that still wait fail with Overloaded

  // Takes as long for an unknown name as for a wrong password. `done` is called at once on the
  // caller's thread, or later on this object's thread; it must be quick. Fails with Overloaded and
  // StorageUnavailable. Log-ins with the same name and password as one that waits share its
  // computation: a page whose requests come at once waits 50 ms and not 50 ms for each.
  void authenticate(LogIn log_in, Done<LogInResult> done);

  // How many Argon2id computations were begun to check a password.
  std::int64_t computations() const;

  // A password has at least 10 characters and at most 1024 bytes.
  AddAccountOutcome add(const Principal& who, std::string_view name, std::string_view password);
  // Changes the password of an existing account. The old one is refused from the commit on.
  enum class ChangePasswordOutcome { changed, no_such_account, invalid_password };
  ChangePasswordOutcome change_password(const Principal& who, std::string_view name,
                                        std::string_view password);
  bool remove(const Principal& who, std::string_view name);  // false: there is no such account
  std::vector<Account> list();

  // Makes the account `admin` if there are no accounts at all, and returns its password; otherwise
  // nullopt.
  std::optional<std::string> ensure_admin();

 private:
  using Digest = std::array<unsigned char, 32>;
  struct Remembered {
    Digest credential{};
    std::string password_hash{};  // the account's at that time; if it has changed, this is void
    Time until{};
  };
  struct Waiting {
    std::string client;
    bool is_welcome;
    Done<LogInResult> done;
  };
  struct Guess {  // one computation, and the log-ins that wait for it: at least one
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
  std::optional<LogInResult> enqueue(LogIn log_in, const Digest& credential, bool is_welcome,
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
  // take() is called only with mutex_ held, so that log-ins at the same time cannot pass a limit
  // together.
  Limiter failures_by_client_;
  Limiter failures_by_account_;
  LruMap<std::uint64_t, Remembered> remembered_ GUARDED_BY(mutex_);  // by account name
  // Clients that gave the right password of an account before, by welcome_key().
  LruMap<std::uint64_t, bool> welcome_ GUARDED_BY(mutex_);
  std::deque<Guess> guesses_ GUARDED_BY(mutex_);  // guesses of welcome clients come first
  std::int64_t computations_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  ConditionVariable wake_;
  std::thread thread_;
};

}  // namespace promotions
