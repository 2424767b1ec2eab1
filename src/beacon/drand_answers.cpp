#include "beacon/drand_answers.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "promotions/base/encoding.h"
#include "promotions/base/json.h"

namespace promotions {
namespace {

// Bounds in seconds and Unix seconds: within them no time of a round can overflow.
constexpr std::int64_t kMaxPeriod = 3600;
constexpr std::int64_t kMinGenesis = 946'684'800;    // 2000-01-01
constexpr std::int64_t kMaxGenesis = 4'102'444'800;  // 2100-01-01

// In bytes. The shortest signature of drand's schemes is a compressed point of BLS12-381's G1.
constexpr std::size_t kMinSignatureSize = 48;

struct KnownChain {
  std::string_view hash;
  std::int64_t period;
  std::int64_t genesis;
};

// The chains of the League of Entropy. The hash fixes period and genesis, so a relay need not be
// trusted about them.
constexpr std::array<KnownChain, 2> kKnownChains{{
    // quicknet
    {"52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971", 3, 1'692'803'367},
    // default
    {"8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce", 30, 1'595'431'050},
}};

BeaconTrouble trouble(std::string reason) {
  return {false, std::move(reason)};
}

std::string status_text(const HttpAnswer& answer) {
  return "HTTP " + std::to_string(answer.status);
}

// The JSON in the answer, or a value that is not an object if it is not JSON.
Json object_in(const HttpAnswer& answer) {
  return Json::parse(answer.body, nullptr, false);
}

// The whole number of that name. One that does not fit into 64 bits counts as absent.
std::optional<std::int64_t> number_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  const auto number = found->get<std::int64_t>();
  if (found->is_number_unsigned() && number < 0) return std::nullopt;
  return number;
}

std::string text_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

// Accepts lower case only, so that a value has only one text.
std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = hex_digit(text[i]);
    const auto low = hex_digit(text[i + 1]);
    if (!high || !low) return std::nullopt;
    bytes.push_back(static_cast<unsigned char>(*high * 16 + *low));
  }
  return bytes;
}

Bytes sha256(const Bytes& bytes) {
  Bytes hash(crypto_hash_sha256_BYTES);
  crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
  return hash;
}

// The number of that name if it is within the bounds, else what is wrong.
BeaconResult<std::int64_t> bounded(const Json& object, const char* name, std::int64_t min,
                                   std::int64_t max) {
  const auto number = number_in(object, name);
  if (number && *number >= min && *number <= max) return *number;
  return trouble(std::string(name) + " is not a whole number in " + std::to_string(min) + ".." +
                 std::to_string(max));
}

}  // namespace

BeaconResult<DrandChain> read_chain(const HttpAnswer& answer, const std::string& chain) {
  if (answer.status != 200) return trouble(status_text(answer));
  const Json object = object_in(answer);
  if (!object.is_object()) return trouble("the answer is not a JSON object");
  if (text_in(object, "hash") != chain) return trouble("hash is not that of the chain");
  const auto period = bounded(object, "period", 1, kMaxPeriod);
  if (const auto* wrong = std::get_if<BeaconTrouble>(&period)) return *wrong;
  const auto genesis = bounded(object, "genesis_time", kMinGenesis, kMaxGenesis);
  if (const auto* wrong = std::get_if<BeaconTrouble>(&genesis)) return *wrong;

  // A relay that lied about these could shift the round that a draw waits for. For known chains we
  // need not believe it.
  const std::chrono::seconds seconds{std::get<std::int64_t>(period)};
  const std::chrono::seconds start{std::get<std::int64_t>(genesis)};
  const auto* const known =
      std::find_if(kKnownChains.begin(), kKnownChains.end(),
                   [&](const KnownChain& candidate) { return candidate.hash == chain; });
  if (known != kKnownChains.end() &&
      (known->period != seconds.count() || known->genesis != start.count())) {
    return trouble("period or genesis_time is not that of the chain");
  }
  return DrandChain{seconds, Time{start}};
}

BeaconResult<std::string> read_round(const HttpAnswer& answer, std::int64_t round) {
  // Relays answer 404 or 425 (RFC 8470 "Too Early") for a round of the future.
  if (answer.status == 404 || answer.status == 425) {
    return BeaconTrouble{true, "the round is not there yet (" + status_text(answer) + ")"};
  }
  if (answer.status != 200) return trouble(status_text(answer));
  const Json object = object_in(answer);
  if (!object.is_object()) return trouble("the answer is not a JSON object");
  // A relay must not answer with another round, whose randomness may suit somebody better.
  if (number_in(object, "round") != round) {
    return trouble("round is not " + std::to_string(round));
  }
  std::string randomness = text_in(object, "randomness");
  const auto hash = from_hex(randomness);
  if (!hash || hash->size() != crypto_hash_sha256_BYTES) {
    return trouble("randomness is not 64 lower-case hexadecimal digits");
  }
  const auto signature = from_hex(text_in(object, "signature"));
  if (!signature || signature->size() < kMinSignatureSize) {
    return trouble("signature is not at least 96 lower-case hexadecimal digits");
  }
  if (sha256(*signature) != *hash) return trouble("randomness is not SHA-256 of signature");
  return randomness;
}

}  // namespace promotions
