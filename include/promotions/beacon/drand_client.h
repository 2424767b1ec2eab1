// Random values that everybody can look up: rounds of a drand chain (https://drand.love), fetched
// over HTTP from relays that nobody has to trust much.
//
// What is checked: that a relay speaks of the pinned chain and of the round that was asked for, and
// that a round's randomness is SHA-256 of its signature. What is not: the signature itself, because
// no package of Debian verifies BLS signatures. A relay could therefore make a round up; but chain
// and round are published with the draw, and whoever looks the round up elsewhere sees it.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/mutex.h"

namespace promotions {

struct DrandOptions {
  std::vector<std::string> urls;  // "https://api.drand.sh", without a slash at its end
  std::string chain;              // its hash, 64 lower-case hexadecimal digits
  Millis timeout{10'000};         // for each request as a whole; relays wait for the next round
  std::string ca_file;  // PEM; empty: $SSL_CERT_FILE, if set, else the system's certificates
};

// When a chain has its rounds: round 1 at `genesis`, then one each `period`.
struct DrandChain {
  std::chrono::seconds period{};
  Time genesis{};

  bool operator==(const DrandChain&) const = default;
};

// Why there is no answer.
struct BeaconTrouble {
  // No relay gave a right answer and at least one said that the round is not there. A relay says
  // so of a chain that it does not serve, too: long after the round's time this is trouble as well.
  bool not_yet = false;
  std::string reason;  // one line that names each relay's host and what was wrong with its answer
};

template <typename Value>
using BeaconResult = std::variant<Value, BeaconTrouble>;

// Thread-safe. Each call asks the URLs in turn, beginning with the one that gave the last right
// answer, until one gives a right one: it can take `timeout` for each URL.
class DrandClient {
 public:
  // Throws ConfigError for what is no https URL, unless it is an http one of this machine.
  explicit DrandClient(DrandOptions options);

  // Asked for until there is an answer, which is remembered.
  BeaconResult<DrandChain> chain();

  // The randomness of a round, 64 lower-case hexadecimal digits. `round` is at least 1.
  BeaconResult<std::string> value(std::int64_t round);

  // The first round whose time is `time` or later; at least 1.
  static std::int64_t first_round_at(const DrandChain& chain, Time time);

  // `round` is in 1..10^12.
  static Time time_of(const DrandChain& chain, std::int64_t round);

 private:
  struct Relay {
    std::string url;
    std::string host;  // and port, if it is in the URL
    bool is_local;
  };

  static Relay relay_of(const std::string& url);

  // Asks for `path` of the chain until `read` makes a value of an answer.
  template <typename Read>
  auto ask_in_turn(const std::string& path, Read read);

  // Constant after construction.
  const DrandOptions options_;
  const std::vector<Relay> relays_;

  std::atomic<std::size_t> preferred_{0};  // an index of relays_

  Mutex mutex_;
  std::optional<DrandChain> chain_ GUARDED_BY(mutex_);
};

}  // namespace promotions
