#include "support/drand_relay.h"

#include <openssl/sha.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "promotions/base/encoding.h"
#include "support/certificate.h"
#include "support/loopback.h"
#include "support/wire.h"

namespace promotions {

RelayAnswer RelayAnswer::http(int status, const std::string& body, const std::string& fields) {
  return bytes("HTTP/1.1 " + std::to_string(status) + " Something\r\n" + fields +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

DrandRelay::DrandRelay(const Certificate* certificate)
    : certificate_(certificate), listener_(listen_on_loopback(0)) {
  thread_ = std::thread([this] { serve_clients(); });
}

DrandRelay::~DrandRelay() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
    if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
  }
  ::shutdown(listener_, SHUT_RDWR);  // ends accept()
  thread_.join();
  ::close(listener_);
}

const std::string& DrandRelay::chain_hash() {
  static const std::string hash(64, 'c');
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

std::string DrandRelay::host() const {
  return "127.0.0.1:" + std::to_string(port_of(listener_));
}

std::string DrandRelay::url() const {
  return (certificate_ != nullptr ? "https://" : "http://") + host();
}

void DrandRelay::release(std::int64_t latest) {
  const std::lock_guard lock(mutex_);
  latest_ = latest;
}

void DrandRelay::on(const std::string& path, RelayAnswer answer) {
  const std::lock_guard lock(mutex_);
  script_[path] = std::move(answer);
}

std::vector<std::string> DrandRelay::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void DrandRelay::serve_clients() {
  // OpenSSL writes to clients that are gone; the signal would be for this thread.
  sigset_t signals{};
  ::sigaddset(&signals, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    {
      const std::lock_guard lock(mutex_);
      if (is_stopping_) {
        if (socket >= 0) ::close(socket);
        return;
      }
      client_ = socket;
    }
    if (socket < 0) continue;
    {
      Wire wire(socket);
      try {
        serve(wire);
      } catch (const Hangup&) {
      }
    }
    const std::lock_guard lock(mutex_);
    ::close(socket);
    client_ = -1;
  }
}

void DrandRelay::serve(Wire& wire) {
  if (certificate_ != nullptr) wire.shake_hands(certificate_->context());
  const std::string line = wire.read_line();  // "GET /… HTTP/1.1"
  while (wire.read_line() != "\r\n") continue;
  const RelayAnswer answer = answer_to(line.substr(4, line.rfind(' ') - 4));
  wire.write(answer.text);
  if (answer.kind == RelayAnswer::Kind::stall) wire.wait_for_client_to_leave();
  while (answer.kind == RelayAnswer::Kind::endless) wire.write(answer.more);
}

RelayAnswer DrandRelay::answer_to(const std::string& target) {
  const std::string prefix = "/" + chain_hash();
  const bool is_ours = target.starts_with(prefix);
  const std::string path = is_ours ? target.substr(prefix.size()) : target;
  const std::lock_guard lock(mutex_);
  requests_.push_back(path);
  const auto scripted = script_.find(path);
  if (scripted != script_.end()) return scripted->second;
  return is_ours ? truth(path) : RelayAnswer::http(404, "");
}

RelayAnswer DrandRelay::truth(const std::string& path) const {
  const std::string before_round = "/public/";
  if (path == "/info") return RelayAnswer::json(info());
  if (!path.starts_with(before_round)) return RelayAnswer::http(404, "");
  const std::int64_t number = std::stoll(path.substr(before_round.size()));
  return number <= latest_ ? RelayAnswer::json(round(number)) : RelayAnswer::http(404, "");
}

}  // namespace promotions
