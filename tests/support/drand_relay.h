// A relay of drand for tests: on 127.0.0.1, in a thread of its own, one request after another, with
// TLS or without. Its chain is an invented one. It tells the truth unless the test's script says
// otherwise.
//
//   DrandRelay relay;
//   relay.release(7);
//   relay.on("/public/7", RelayAnswer::drop());  // from now on
//   ... GET relay.url()/CHAIN/public/7 ...
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "promotions/base/json.h"

namespace promotions {

class Certificate;
class Wire;

struct RelayAnswer {
  enum class Kind {
    bytes,    // `text` as it is, and then the connection is closed
    stall,    // `text` as it is, and then silence until the client leaves
    endless,  // `text`, and then `more` over and over until the client leaves
  };
  Kind kind = Kind::bytes;
  std::string text;
  std::string more;

  static RelayAnswer bytes(std::string text) { return {Kind::bytes, std::move(text), {}}; }
  static RelayAnswer drop() { return bytes({}); }
  static RelayAnswer stall(std::string text = {}) { return {Kind::stall, std::move(text), {}}; }
  static RelayAnswer endless(std::string text, std::string more) {
    return {Kind::endless, std::move(text), std::move(more)};
  }
  // A complete answer; `fields` are further lines of its head, each with its CRLF.
  static RelayAnswer http(int status, const std::string& body, const std::string& fields = {});
  static RelayAnswer json(const Json& body) { return http(200, body.dump()); }
};

// All members are thread-safe.
class DrandRelay {
 public:
  explicit DrandRelay(const Certificate* certificate = nullptr);  // borrowed; for TLS
  ~DrandRelay();  // closes what is open and waits for its thread
  DrandRelay(const DrandRelay&) = delete;
  DrandRelay& operator=(const DrandRelay&) = delete;

  static const std::string& chain_hash();
  static Json info();  // what is true of the chain: genesis 1700000000, a round every 30 seconds
  static Json round(std::int64_t number);
  static std::string randomness(std::int64_t number);
  static std::string sha256_hex(const std::string& hex);  // of the bytes that `hex` stands for

  std::string url() const;
  std::string host() const;  // and port

  void release(std::int64_t latest);  // rounds beyond it answer 404; at first all do
  void on(const std::string& path, RelayAnswer answer);  // path: "/info", "/public/7"

  // "/info", "/public/7", in order; whatever is not below the chain's hash as it came.
  std::vector<std::string> requests() const;

 private:
  void serve_clients();
  void serve(Wire& wire);
  RelayAnswer answer_to(const std::string& target);
  RelayAnswer truth(const std::string& path) const;

  // Constant after construction.
  const Certificate* const certificate_;
  const int listener_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  bool is_stopping_ = false;
  int client_ = -1;
  std::int64_t latest_ = 0;
  std::map<std::string, RelayAnswer> script_;
  std::vector<std::string> requests_;

  std::thread thread_;
};

}  // namespace promotions
