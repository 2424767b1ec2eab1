#include "beacon/drand_answers.h"

#include <string_view>

#include "promotions/base/encoding.h"
#include "promotions/base/json.h"
#include "promotions/domain/drand_chain.h"
#include "promotions/domain/sha256.h"

namespace promotions {
namespace {

// Bounds in seconds and Unix seconds: within them no time of a round can overflow.
constexpr std::int64_t kMaxPeriod = 3600;
constexpr std::int64_t kMinGenesis = 946'684'800;    // 2000-01-01
constexpr std::int64_t kMaxGenesis = 4'102'444'800;  // 2100-01-01

// In bytes. The shortest signature of drand's schemes is a compressed point of BLS12-381's G1.
constexpr std::size_t kMinSignatureSize = 48;

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

void append_big_endian(Bytes& bytes, std::uint64_t number, int size) {
  for (int i = size - 1; i >= 0; --i) {
    bytes.push_back(static_cast<unsigned char>(number >> (8 * i)));
  }
}

// The hash of a chain whose info says this, as drand computes it (chain.Info.Hash in drand's
// source): SHA-256(uint32_be(period) ‖ int64_be(genesis) ‖ public key ‖ group hash ‖ beacon id),
// where the id "default" is left out. Period and genesis have a fixed size and come first, so no
// other pair of them goes with the same hash, whatever else the info says. nullopt: it does not say
// all of that.
std::optional<Hash> chain_hash(const Json& info, std::int64_t period, std::int64_t genesis) {
  const auto key = from_hex(text_in(info, "public_key"));
  const auto group = from_hex(text_in(info, "groupHash"));
  if (!key || !group) return std::nullopt;
  const auto metadata = info.find("metadata");
  std::string id;  // relays of older versions do not tell it
  if (metadata != info.end() && metadata->is_object()) id = text_in(*metadata, "beaconID");
  if (id == "default") id.clear();
  Bytes bytes;
  append_big_endian(bytes, static_cast<std::uint64_t>(period), 4);
  append_big_endian(bytes, static_cast<std::uint64_t>(genesis), 8);
  for (const Bytes* part : {&*key, &*group}) bytes.insert(bytes.end(), part->begin(), part->end());
  bytes.insert(bytes.end(), id.begin(), id.end());
  return sha256(bytes);
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

  // A relay that lied about these could shift the round that a draw waits for, to one whose
  // randomness it knows.
  const std::int64_t seconds = std::get<std::int64_t>(period);
  const std::int64_t start = std::get<std::int64_t>(genesis);
  const auto hash = chain_hash(object, seconds, start);
  if (!hash || to_hex(*hash) != chain) {
    return trouble(
        "period, genesis_time, public_key, groupHash and beaconID do not give the chain's hash");
  }
  return DrandChain{std::chrono::seconds{seconds}, Time{std::chrono::seconds{start}}};
}

BeaconResult<BeaconAnswer> read_round(const HttpAnswer& answer, const std::string& chain,
                                      std::int64_t round) {
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
  BeaconAnswer said{text_in(object, "randomness"), text_in(object, "signature")};
  const auto hash = parse_hash(said.value);
  if (!hash) {
    return trouble("randomness is not 64 lower-case hexadecimal digits");
  }
  const auto signature = from_hex(said.signature);
  if (!signature || signature->size() < kMinSignatureSize) {
    return trouble("signature is not at least 96 lower-case hexadecimal digits");
  }
  if (sha256(*signature) != *hash) return trouble("randomness is not SHA-256 of signature");
  if (const KnownDrandChain* known = find_known_chain(chain);
      known != nullptr && known->is_chained) {
    said.previous_signature = text_in(object, "previous_signature");
    const auto previous = from_hex(said.previous_signature);
    if (!previous || previous->empty()) {
      return trouble("previous_signature is not in lower-case hexadecimal digits");
    }
  }
  return said;
}

}  // namespace promotions
