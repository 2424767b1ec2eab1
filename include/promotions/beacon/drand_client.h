// Fetches rounds of a drand chain (https://drand.love): random values that everybody can look up.
// They come over HTTP from relays that nobody has to trust much.
//
// The client checks that the answer is about the pinned chain and the requested round, and that the
// round's randomness is SHA-256 of its signature. It does not check the signature itself, because
// no package of Debian verifies BLS signatures. So a relay could make up a round. But chain and
// round are published with the draw, and anybody who looks the round up elsewhere would notice.
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
#include "promotions/domain/beacon.h"
#include "promotions/domain/drand_chain.h"

namespace promotions {

struct DrandOptions {
  std::vector<std::string> urls;  // "https://api.drand.sh", without a slash at the end
  std::string chain;              // the chain's hash, 64 lower-case hexadecimal digits
  Millis timeout{10'000};         // for each whole request; relays may wait for the next round
  std::string ca_file;  // PEM; empty: $SSL_CERT_FILE, if set, else the system's certificates
};

// Why there is no value.
struct BeaconTrouble {
  // True if no relay gave a right answer, and at least one said that the round does not exist yet.
  // A relay says the same about a chain that it does not serve. So long after the round's time this
  // is an error, too.
  bool not_yet = false;
  std::string reason;  // one line that names each relay's host and what was wrong with its answer
};

template <typename Value>
using BeaconResult = std::variant<Value, BeaconTrouble>;

// Thread-safe. Each call blocks while it asks the URLs in turn, beginning with the one that gave
// the last right answer, until one gives a right answer. It can take `timeout` for each URL. Errors
// are returned as BeaconTrouble; only what libcurl itself throws is thrown (net/curl.h).
class DrandClient {
 public:
  // Throws ConfigError if a URL is neither https nor an http URL of this machine.
  explicit DrandClient(DrandOptions options);

  // The schedule of the chain. Nobody is asked for that of a known chain. Of others the first
  // answer from which the chain's hash comes out is kept, and no relay is asked again.
  BeaconResult<DrandChain> chain();

  // The randomness of a round, 64 lower-case hexadecimal digits, with its signature. Throws
  // std::invalid_argument if `round` is below 1.
  BeaconResult<BeaconAnswer> value(std::int64_t round);

 private:
  struct Relay {
    std::string url;
    std::string host;  // with the port, if the URL has one
    bool is_local;
  };

  static Relay relay_of(const std::string& url);

  // Asks the relays for `path` of the chain until `read` accepts an answer.
  template <typename Read>
  auto ask_in_turn(const std::string& path, Read read);

  // Constant after construction.
  const DrandOptions options_;
  const std::vector<Relay> relays_;

  std::atomic<std::size_t> preferred_{0};  // index in relays_ of the last one that answered right

  Mutex mutex_;
  std::optional<DrandChain> chain_ GUARDED_BY(mutex_);
};

}  // namespace promotions
