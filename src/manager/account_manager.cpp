#include "promotions/manager/account_manager.h"

#include <sodium.h>

#include <algorithm>

#include "promotions/base/encoding.h"

namespace promotions {
namespace {

constexpr Millis kRemember = std::chrono::minutes(5);
constexpr std::size_t kMaxRemembered = 256;
constexpr int kMaxWaiting =
    16;  // computations of 50 ms each; beyond it nobody would wait for the answer
constexpr std::size_t kMaxPassword = 1024;

// What unknown names are checked against: the same costs as an account's hash, and nobody's
// password.
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

// Without a colon, which ends the name in HTTP Basic credentials (RFC 7617 §2).
bool is_account_name(std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@+-";
  return !name.empty() && name.size() <= 64 &&
         name.find_first_not_of(allowed) == std::string_view::npos;
}

class Counted {
 public:
  explicit Counted(std::atomic<int>& counter) : counter_(counter), value_(++counter) {}
  ~Counted() { --counter_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  int value() const { return value_; }

 private:
  std::atomic<int>& counter_;
  const int value_;
};

}  // namespace

AccountManager::AccountManager(Storage& storage, const Clock& clock, Random& random)
    : storage_(storage), clock_(clock), random_(random) {
  random_.fill(key_);
}

AccountManager::Digest AccountManager::digest(std::string_view name,
                                              std::string_view password) const {
  crypto_generichash_state state;
  Digest result{};
  const auto update = [&](std::string_view text) {
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  };
  crypto_generichash_init(&state, key_.data(), key_.size(), result.size());
  update(name);
  update(":");  // no name holds one
  update(password);
  crypto_generichash_final(&state, result.data(), result.size());
  return result;
}

bool AccountManager::authenticate(std::string_view name, std::string_view password) {
  if (password.size() > kMaxPassword) return false;
  const std::string key(name);
  const auto account =
      storage_.read([&](const Stores& stores) { return stores.accounts.find(key); });
  const Digest credential = digest(name, password);
  if (account && is_remembered(key, credential, *account)) return true;
  const bool right = verify(account ? account->password_hash : kDecoyHash, password) && account;
  if (right) {
    const std::lock_guard lock(mutex_);
    if (remembered_.size() >= kMaxRemembered) remembered_.clear();
    remembered_[key] = {credential, account->password_hash, clock_.now() + kRemember};
  }
  return right;
}

bool AccountManager::is_remembered(const std::string& name, const Digest& credential,
                                   const Account& account) {
  const std::lock_guard lock(mutex_);
  const auto found = remembered_.find(name);
  return found != remembered_.end() && clock_.now() < found->second.until &&
         found->second.password_hash == account.password_hash &&
         sodium_memcmp(found->second.credential.data(), credential.data(), credential.size()) == 0;
}

bool AccountManager::verify(const std::string& password_hash, std::string_view password) {
  const Counted counted(waiting_);
  if (counted.value() > kMaxWaiting) throw Overloaded("too many passwords wait to be checked");
  const std::lock_guard lock(hashing_);
  return crypto_pwhash_str_verify(password_hash.c_str(), password.data(), password.size()) == 0;
}

AddAccountOutcome AccountManager::add(std::string_view name, std::string_view password) {
  if (!is_account_name(name)) return AddAccountOutcome::invalid_name;
  if (password.empty() || password.size() > kMaxPassword)
    return AddAccountOutcome::invalid_password;
  Account account{std::string(name), {}, clock_.now()};
  {
    const std::lock_guard lock(hashing_);
    account.password_hash = hash_password(password);
  }
  const bool added =
      storage_.write([&](Stores& stores) { return stores.accounts.insert(account); });
  return added ? AddAccountOutcome::added : AddAccountOutcome::exists;
}

bool AccountManager::remove(std::string_view name) {
  return storage_.write([&](Stores& stores) { return stores.accounts.remove(name); });
}

std::vector<Account> AccountManager::list() {
  return storage_.read([](const Stores& stores) { return stores.accounts.all(); });
}

std::optional<std::string> AccountManager::ensure_admin() {
  if (!list().empty()) return std::nullopt;
  std::array<unsigned char, 15> bytes{};  // 120 bits, 20 characters
  random_.fill(bytes);
  std::string password = to_base64url(bytes);
  if (add("admin", password) != AddAccountOutcome::added) return std::nullopt;
  return password;
}

}  // namespace promotions
