// An HTTP server for tests: on 127.0.0.1, in a thread of its own, one request after another, with
// TLS or without. It says what the test's script says, be it HTTP or not.
//
//   CannedServer server([](const std::string& target) {
//     return target == "/a" ? CannedAnswer::http(200, "hello") : CannedAnswer::drop();
//   });
//   ... GET server.url() + "/a" ...
//   CHECK(server.heads().at(0).starts_with("GET /a HTTP/1.1\r\n"));
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "promotions/base/json.h"

namespace promotions {

class Certificate;
class Wire;

struct CannedAnswer {
  enum class Kind {
    bytes,    // `text` as it is, and then the connection is closed
    stall,    // `text` as it is, and then silence until the client leaves
    endless,  // `text`, and then `more` over and over until the client leaves
  };
  Kind kind = Kind::bytes;
  std::string text;
  std::string more;

  static CannedAnswer bytes(std::string text) { return {Kind::bytes, std::move(text), {}}; }
  static CannedAnswer drop() { return bytes({}); }
  static CannedAnswer stall(std::string text = {}) { return {Kind::stall, std::move(text), {}}; }
  static CannedAnswer endless(std::string text, std::string more) {
    return {Kind::endless, std::move(text), std::move(more)};
  }
  // A complete answer; `fields` are further lines of its head, each with its CRLF.
  static CannedAnswer http(int status, const std::string& body, const std::string& fields = {});
  static CannedAnswer json(const Json& body) { return http(200, body.dump()); }
};

// All members are thread-safe.
class CannedServer {
 public:
  // Called on the server's thread.
  using Script = std::function<CannedAnswer(const std::string& target)>;

  explicit CannedServer(Script script, const Certificate* certificate = nullptr);  // borrowed; TLS
  ~CannedServer();  // closes what is open and waits for its thread
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  std::string url() const;   // without a path
  std::string host() const;  // and port

  // Of the requests so far, in order, each with the empty line at its end.
  std::vector<std::string> heads() const;

 private:
  void serve_clients();
  void serve(Wire& wire);

  // Constant after construction.
  const Script script_;
  const Certificate* const certificate_;
  const int listener_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  bool is_stopping_ = false;
  int client_ = -1;
  std::vector<std::string> heads_;

  std::thread thread_;
};

}  // namespace promotions
