// A relay of drand for tests, on 127.0.0.1. Its chain is an invented one. It tells the truth unless
// the test's script says otherwise.
//
//   DrandRelay relay;
//   relay.release(7);
//   relay.on("/public/7", CannedAnswer::drop());  // from now on
//   ... GET relay.url()/CHAIN/public/7 ...
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "promotions/base/json.h"
#include "support/canned_server.h"

namespace promotions {

// All members are thread-safe.
class DrandRelay {
 public:
  explicit DrandRelay(const Certificate* certificate = nullptr)  // borrowed; for TLS
      : server_([this](const std::string& target) { return answer_to(target); }, certificate) {}
  DrandRelay(const DrandRelay&) = delete;
  DrandRelay& operator=(const DrandRelay&) = delete;

  static const std::string& chain_hash();
  static Json info();  // what is true of the chain: genesis 1700000000, a round every 30 seconds
  static Json round(std::int64_t number);
  static std::string randomness(std::int64_t number);
  static std::string sha256_hex(const std::string& hex);  // of the bytes that `hex` stands for

  std::string url() const { return server_.url(); }
  std::string host() const { return server_.host(); }  // and port

  void release(std::int64_t latest);  // rounds beyond it answer 404; at first all do
  void on(const std::string& path, CannedAnswer answer);  // path: "/info", "/public/7"

  // "/info", "/public/7", in order; whatever is not below the chain's hash as it came.
  std::vector<std::string> requests() const;

 private:
  CannedAnswer answer_to(const std::string& target);
  CannedAnswer truth(const std::string& path) const;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::int64_t latest_ = 0;
  std::map<std::string, CannedAnswer> script_;
  std::vector<std::string> requests_;

  CannedServer server_;  // last, so that its thread ends first
};

}  // namespace promotions
