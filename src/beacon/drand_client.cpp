#include "promotions/beacon/drand_client.h"

#include <arpa/inet.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "beacon/drand_answers.h"
#include "promotions/base/errors.h"
#include "promotions/net/http_client.h"

namespace promotions {
namespace {

bool is_loopback(const std::string& host) {
  in_addr address{};
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") && inet_pton(AF_INET, host.c_str(), &address) == 1);
}

}  // namespace

DrandClient::DrandClient(DrandOptions options)
    : options_(std::move(options)), relays_([this] {
        std::vector<Relay> relays;
        for (const std::string& url : options_.urls) relays.push_back(relay_of(url));
        return relays;
      }()) {}

DrandClient::Relay DrandClient::relay_of(const std::string& url) {
  const auto parts = host_of(url);
  if (!parts || (parts->scheme != "https" && !is_loopback(parts->host))) {
    throw ConfigError("draw.drand_urls: \"" + url +
                      "\" cannot be used; expected an https URL, or an http one of this machine");
  }
  return {url, parts->host + (parts->port.empty() ? "" : ":" + parts->port),
          is_loopback(parts->host)};
}

template <typename Read>
auto DrandClient::ask_in_turn(const std::string& path, Read read) {
  using Result = decltype(read(HttpAnswer{}));
  BeaconTrouble all{false, relays_.empty() ? "draw.drand_urls is empty" : ""};
  const std::size_t first = preferred_;  // read once: another thread may change it meanwhile
  for (std::size_t i = 0; i < relays_.size(); ++i) {
    const std::size_t index = (first + i) % relays_.size();
    const Relay& relay = relays_[index];
    const auto answer = fetch({.url = relay.url + "/" + options_.chain + path,
                               .accept = "application/json",
                               .timeout = options_.timeout,
                               .ca_file = options_.ca_file,
                               .is_direct = relay.is_local});
    const auto* answered = std::get_if<HttpAnswer>(&answer);
    Result result = answered != nullptr
                        ? read(*answered)
                        : Result(BeaconTrouble{false, std::get<HttpTrouble>(answer).reason});
    const auto* wrong = std::get_if<BeaconTrouble>(&result);
    if (wrong == nullptr) {
      preferred_ = index;
      return result;
    }
    all.not_yet = all.not_yet || wrong->not_yet;
    all.reason += (all.reason.empty() ? "" : "; ") + relay.host + ": " + wrong->reason;
  }
  return Result(std::move(all));
}

BeaconResult<DrandChain> DrandClient::chain() {
  // What the program knows itself no relay has to tell.
  if (const KnownDrandChain* known = find_known_chain(options_.chain)) return known->chain;
  // The lock is not held while relays are asked. Two threads may ask at once; both get the same.
  {
    const MutexLock lock(mutex_);
    if (chain_) return *chain_;
  }
  auto result = ask_in_turn(
      "/info", [this](const HttpAnswer& answer) { return read_chain(answer, options_.chain); });
  if (const auto* found = std::get_if<DrandChain>(&result)) {
    const MutexLock lock(mutex_);
    chain_ = *found;
  }
  return result;
}

BeaconResult<BeaconAnswer> DrandClient::value(std::int64_t round) {
  // To relays, round 0 means the latest one.
  if (round < 1) throw std::invalid_argument("drand: rounds are counted from 1");
  return ask_in_turn("/public/" + std::to_string(round), [this, round](const HttpAnswer& answer) {
    return read_round(answer, options_.chain, round);
  });
}

}  // namespace promotions
