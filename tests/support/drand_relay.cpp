#include "support/drand_relay.h"

#include <openssl/sha.h>

#include <array>

#include "promotions/base/encoding.h"

namespace promotions {

const std::string& DrandRelay::chain_hash() {
  // 30 and 1'700'000'000 in 4 and 8 bytes, public key, group hash.
  static const std::string hash = sha256_hex(
      "0000001e"
      "000000006553f100" +
      std::string(96, 'a') + std::string(64, 'b'));
  return hash;
}

Json DrandRelay::info() {
  return {{"public_key", std::string(96, 'a')},   {"period", 30},
          {"genesis_time", 1'700'000'000},        {"hash", chain_hash()},
          {"groupHash", std::string(64, 'b')},    {"schemeID", "pedersen-bls-chained"},
          {"metadata", {{"beaconID", "default"}}}};
}

Json DrandRelay::round(std::int64_t number) {
  std::string signature(192, '0');  // 96 bytes
  const std::string digits = std::to_string(number);
  signature.replace(signature.size() - digits.size(), digits.size(), digits);
  return {{"round", number},
          {"randomness", sha256_hex(signature)},
          {"signature", signature},
          {"previous_signature", std::string(192, '1')}};
}

std::string DrandRelay::randomness(std::int64_t number) {
  return round(number)["randomness"].get<std::string>();
}

std::string DrandRelay::sha256_hex(const std::string& hex) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<unsigned char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash{};
  SHA256(bytes.data(), bytes.size(), hash.data());
  return to_hex(hash);
}

void DrandRelay::release(std::int64_t latest) {
  const std::lock_guard lock(mutex_);
  latest_ = latest;
}

void DrandRelay::on(const std::string& path, CannedAnswer answer) {
  const std::lock_guard lock(mutex_);
  script_[path] = std::move(answer);
}

std::vector<std::string> DrandRelay::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

CannedAnswer DrandRelay::answer_to(const std::string& target) {
  const std::string prefix = "/" + chain_hash();
  const bool is_ours = target.starts_with(prefix);
  const std::string path = is_ours ? target.substr(prefix.size()) : target;
  const std::lock_guard lock(mutex_);
  requests_.push_back(path);
  const auto scripted = script_.find(path);
  if (scripted != script_.end()) return scripted->second;
  return is_ours ? truth(path) : CannedAnswer::http(404, "");
}

CannedAnswer DrandRelay::truth(const std::string& path) const {
  const std::string before_round = "/public/";
  if (path == "/info") return CannedAnswer::json(info());
  if (!path.starts_with(before_round)) return CannedAnswer::http(404, "");
  const std::int64_t number = std::stoll(path.substr(before_round.size()));
  return number <= latest_ ? CannedAnswer::json(round(number)) : CannedAnswer::http(404, "");
}

}  // namespace promotions
