#include "promotions/manager/accounts.h"

#include <sodium.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <iterator>

#include "promotions/base/encoding.h"
#include "promotions/base/log.h"
#include "promotions/base/thread_priority.h"

namespace promotions {
namespace {

constexpr Millis kRemember = std::chrono::minutes(5);
constexpr std::size_t kMaxRemembered = 256;  // accounts
constexpr std::size_t kMaxWelcome = 1024;    // clients of accounts
constexpr std::size_t kMaxPassword = 1024;   // bytes
constexpr std::ptrdiff_t kMinPassword = 10;  // characters; guesses are limited as well
constexpr Millis kOneComputation = std::chrono::seconds(1);  // 50 ms; Retry-After has seconds only
constexpr int kNiceness = 5;  // strangers can keep this thread busy: sign-ups come first

// Unknown names are checked against this hash, so that they take as long as known ones. It costs as
// much as an account's hash and belongs to no password that is known.
static_assert(crypto_pwhash_OPSLIMIT_INTERACTIVE == 2 &&
              crypto_pwhash_MEMLIMIT_INTERACTIVE == 65536 * 1024);
constexpr char kDecoyHash[] =
    "$argon2id$v=19$m=65536,t=2,p=1$LmFg+F46/UouUykuxD0mFQ$"
    "6QYPA78kR4cLEhZNobvPGEbGcd24QDQ5PL1gsp7EJY8";

std::string hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(),
                            crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw Overloaded("no memory to hash a password");
  }
  return hash.data();
}

// A colon is not allowed: it ends the name in HTTP Basic credentials (RFC 7617 §2).
bool is_account_name(std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

// Control characters are not allowed: HTTP Basic cannot carry them (RFC 7617 §2).
bool is_password(std::string_view password) {
  // Every byte but the continuation bytes of UTF-8 begins a character.
  const auto characters =
      std::count_if(password.begin(), password.end(), [](char c) { return (c & 0xC0) != 0x80; });
  return characters >= kMinPassword && password.size() <= kMaxPassword && is_utf8(password) &&
         !has_control(password);
}

LogInResult limited(Millis wait) {
  return {LogInOutcome::limited, wait};
}

}  // namespace

Accounts::Accounts(Storage& storage, const Clock& clock, Random& random,
                   const AccountOptions& options)
    : storage_(storage),
      clock_(clock),
      random_(random),
      options_(options),
      failures_by_client_(clock, random, options.failed_logins_per_minute),
      failures_by_account_(clock, random, options.failed_logins_per_minute),
      remembered_(kMaxRemembered),
      welcome_(kMaxWelcome) {
  random_.fill(key_);
  random_.fill(short_key_);
  thread_ = std::thread([this] { run(); });
}

Accounts::~Accounts() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  thread_.join();
  const auto stopped = std::make_exception_ptr(Overloaded("the server stops"));
  for (Guess& guess : guesses_) {
    for (Waiting& waiting : guess.waiting) waiting.done(stopped);
  }
}

Accounts::Digest Accounts::digest(std::string_view name, std::string_view password) const {
  crypto_generichash_state state;
  Digest result{};
  const auto update = [&](std::string_view text) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  };
  crypto_generichash_init(&state, key_.data(), key_.size(), result.size());
  update(name);
  update(":");  // unambiguous, because no account's name has one
  update(password);
  crypto_generichash_final(&state, result.data(), result.size());
  return result;
}

std::uint64_t Accounts::short_digest(std::string_view text) const {
  return short_hash(short_key_, text);
}

// Names a client that knows the account's present password. Another password makes other keys, so
// the clients of the former one are not welcome any more.
std::uint64_t Accounts::welcome_key(const std::string& client, const Account& account) const {
  return short_digest(account.name + ":" + account.password_hash + ":" + client);
}

std::optional<Account> Accounts::find(const std::string& name) {
  return storage_.read([&](const Stores& stores) { return stores.accounts.find(name); });
}

std::int64_t Accounts::computations() const {
  const MutexLock lock(mutex_);
  return computations_;
}

// ---- Log-ins that need no computation

void Accounts::authenticate(LogIn log_in, Done<LogInResult> done) {
  // Checked first, so that a limited client does not cost a read of the database.
  if (const auto wait = failures_by_client_.check(log_in.client)) return done(limited(*wait));
  std::optional<LogInResult> result;
  try {
    const std::optional<Account> account = find(log_in.name);
    const Digest credential = digest(log_in.name, log_in.password);
    const MutexLock lock(mutex_);
    const bool is_welcome =
        account && welcome_.find(welcome_key(log_in.client, *account)) != nullptr;
    result = answer_at_once(log_in, credential, account, is_welcome);
    if (!result) result = enqueue(std::move(log_in), credential, is_welcome, done);
  } catch (...) {
    return done(std::current_exception());
  }
  // `done` is called without the lock: it may call back into this object.
  if (result) return done(*result);
  wake_.notify_one();
}

std::optional<LogInResult> Accounts::answer_at_once(const LogIn& log_in, const Digest& credential,
                                                    const std::optional<Account>& account,
                                                    bool is_welcome) {
  // Checked before memory is: a limited client must not learn whether its guess is right.
  if (const auto wait = limit(log_in.name, log_in.client, is_welcome)) return limited(*wait);
  if (account && is_remembered(log_in.name, credential, *account)) {
    return LogInResult{LogInOutcome::right};
  }
  // No account has a password of that length.
  if (log_in.password.size() > kMaxPassword) return count_failure(log_in.name, log_in.client);
  return std::nullopt;
}

std::optional<LogInResult> Accounts::enqueue(LogIn log_in, const Digest& credential,
                                             bool is_welcome, Done<LogInResult>& done) {
  // A program that sends many requests at once then costs one computation, not one for each.
  const auto same = std::find_if(guesses_.begin(), guesses_.end(), [&](const Guess& guess) {
    return guess.credential == credential;
  });
  if (same != guesses_.end()) {
    same->waiting.push_back({std::move(log_in.client), is_welcome, std::move(done)});
    return std::nullopt;
  }
  const auto of_client = std::count_if(guesses_.begin(), guesses_.end(), [&](const Guess& guess) {
    return guess.waiting.front().client == log_in.client;
  });
  if (static_cast<std::size_t>(of_client) >= options_.max_waiting_of_client) {
    return limited(kOneComputation);
  }
  if (!is_welcome && guesses_.size() >= options_.max_waiting) {
    throw Overloaded("too many passwords wait to be checked");
  }
  // A welcome client goes before all strangers, and behind the welcome ones that came before it.
  const auto place = !is_welcome
                         ? guesses_.end()
                         : std::find_if(guesses_.begin(), guesses_.end(), [](const Guess& guess) {
                             return !guess.waiting.front().is_welcome;
                           });
  Guess guess{credential, std::move(log_in.name), std::move(log_in.password), {}};
  guess.waiting.push_back({std::move(log_in.client), is_welcome, std::move(done)});
  guesses_.insert(place, std::move(guess));
  return std::nullopt;
}

std::optional<Millis> Accounts::limit(const std::string& name, const std::string& client,
                                      bool is_welcome) {
  if (const auto wait = failures_by_client_.check(client)) return wait;
  // The account's limit does not hold for clients that know its password, nor for the first guess
  // of a client within a minute. Otherwise strangers could lock the owner out.
  if (is_welcome || failures_by_client_.is_untouched(client)) return std::nullopt;
  return failures_by_account_.check(name);
}

LogInResult Accounts::count_failure(const std::string& name, const std::string& client) {
  failures_by_client_.take(client);
  const auto wait = failures_by_account_.take(name);
  return wait ? limited(*wait) : LogInResult{LogInOutcome::wrong};
}

bool Accounts::is_remembered(const std::string& name, const Digest& credential,
                             const Account& account) {
  const std::uint64_t key = short_digest(name);
  const Remembered* const found = remembered_.find(key);
  if (found == nullptr) return false;
  if (clock_.now() >= found->until || found->password_hash != account.password_hash) {
    remembered_.erase(key);
    return false;
  }
  // In constant time: how long a comparison takes must not tell how much of it is right.
  return sodium_memcmp(found->credential.data(), credential.data(), credential.size()) == 0;
}

void Accounts::forget(std::string_view name) {
  const MutexLock lock(mutex_);
  remembered_.erase(short_digest(name));
}

// ---- Computations, on this object's thread

void Accounts::run() {
  set_thread_niceness(kNiceness);
  MutexLock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this]() REQUIRES(mutex_) { return stopping_ || !guesses_.empty(); });
    if (stopping_) return;
    Guess guess = std::move(guesses_.front());
    guesses_.pop_front();
    lock.unlock();  // a computation takes 50 ms: others are answered from memory meanwhile
    check(guess);
    lock.lock();
  }
}

void Accounts::check(Guess& guess) {
  std::vector<Answer> answers;
  try {
    const std::optional<Account> account = find(guess.name);
    {
      const MutexLock lock(mutex_);
      answers = refuse_limited(guess);
    }
    if (!guess.waiting.empty()) {
      const bool right = is_right(guess, account);
      const MutexLock lock(mutex_);
      std::vector<Answer> settled = settle(guess, account, right);
      std::move(settled.begin(), settled.end(), std::back_inserter(answers));
    }
  } catch (...) {
    for (Waiting& waiting : guess.waiting) waiting.done(std::current_exception());
  }
  // Here too `done` is called without the lock.
  for (Answer& answer : answers) answer.done(answer.result);
}

// Takes out of `guess` the log-ins whose client has failed too often while they waited. They do not
// learn the result, so none is computed for them alone.
std::vector<Accounts::Answer> Accounts::refuse_limited(Guess& guess) {
  std::vector<Answer> answers;
  std::vector<Waiting> left;
  for (Waiting& waiting : guess.waiting) {
    if (const auto wait = limit(guess.name, waiting.client, waiting.is_welcome)) {
      answers.push_back({std::move(waiting.done), limited(*wait)});
    } else {
      left.push_back(std::move(waiting));
    }
  }
  guess.waiting = std::move(left);
  return answers;
}

bool Accounts::is_right(const Guess& guess, const std::optional<Account>& account) {
  if (account) {
    // The same guess may have been computed while this one waited.
    const MutexLock lock(mutex_);
    if (is_remembered(guess.name, guess.credential, *account)) return true;
  }
  if (!compute(account ? account->password_hash : kDecoyHash, guess.password) || !account) {
    return false;
  }
  // The account may have been removed, or got another password, during the computation.
  const std::optional<Account> now = find(guess.name);
  return now && now->password_hash == account->password_hash;
}

std::vector<Accounts::Answer> Accounts::settle(Guess& guess, const std::optional<Account>& account,
                                               bool is_right) {
  if (is_right) {
    remembered_.find_or_add(short_digest(guess.name), {}) = {
        guess.credential, account->password_hash, clock_.now() + kRemember};
  }
  std::vector<Answer> answers;
  for (Waiting& waiting : guess.waiting) {
    LogInResult result{LogInOutcome::right};
    // Checked for each log-in again: those before it in this loop may have reached the limit.
    if (const auto wait = limit(guess.name, waiting.client, waiting.is_welcome)) {
      result = limited(*wait);
    } else if (!is_right) {
      result = count_failure(guess.name, waiting.client);
    } else {
      welcome_.find_or_add(welcome_key(waiting.client, *account), true);
    }
    answers.push_back({std::move(waiting.done), result});
  }
  return answers;
}

bool Accounts::compute(const std::string& password_hash, std::string_view password) {
  {
    const MutexLock lock(mutex_);
    ++computations_;
  }
  const MutexLock lock(computing_);
  errno = 0;
  if (crypto_pwhash_str_verify(password_hash.c_str(), password.data(), password.size()) == 0) {
    return true;
  }
  // Without memory nothing was compared, so it must not count as a failure.
  if (errno == ENOMEM) throw Overloaded("no memory to check a password");
  return false;
}

// ---- Changing accounts

AddAccountOutcome Accounts::add(const Principal& who, std::string_view name,
                                std::string_view password) {
  if (!is_account_name(name)) return AddAccountOutcome::invalid_name;
  if (!is_password(password)) return AddAccountOutcome::invalid_password;
  const Account account{std::string(name), hash(password), clock_.now()};
  const bool added =
      storage_.write([&](Stores& stores) { return stores.accounts.insert(account); });
  forget(name);
  if (!added) return AddAccountOutcome::exists;
  logs::info("account {} added by {}", name, to_text(who));
  return AddAccountOutcome::added;
}

Accounts::ChangePasswordOutcome Accounts::change_password(const Principal& who,
                                                          std::string_view name,
                                                          std::string_view password) {
  if (!is_password(password)) return ChangePasswordOutcome::invalid_password;
  const std::string hashed = hash(password);
  const bool changed =
      storage_.write([&](Stores& stores) { return stores.accounts.set_password(name, hashed); });
  forget(name);
  if (!changed) return ChangePasswordOutcome::no_such_account;
  logs::info("password of account {} changed by {}", name, to_text(who));
  return ChangePasswordOutcome::changed;
}

std::string Accounts::hash(std::string_view password) {
  const MutexLock lock(computing_);
  return hash_password(password);
}

bool Accounts::remove(const Principal& who, std::string_view name) {
  const bool removed = storage_.write([&](Stores& stores) { return stores.accounts.remove(name); });
  forget(name);
  if (removed) logs::info("account {} removed by {}", name, to_text(who));
  return removed;
}

std::vector<Account> Accounts::list() {
  return storage_.read([](const Stores& stores) { return stores.accounts.all(); });
}

std::optional<std::string> Accounts::ensure_admin() {
  if (!list().empty()) return std::nullopt;
  std::array<unsigned char, 15> bytes{};  // 120 bits, 20 characters
  random_.fill(bytes);
  std::string password = to_base64url(bytes);
  if (add({.kind = Principal::Kind::owner}, "admin", password) != AddAccountOutcome::added) {
    return std::nullopt;
  }
  return password;
}

}  // namespace promotions
