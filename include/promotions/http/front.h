// The connection front: everything between the sockets and complete, well-framed requests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "promotions/base/clock.h"

namespace promotions {

struct FrontOptions {
  std::string host = "127.0.0.1";  // empty: no TCP listener
  int port = 0;                    // 0: a free one
  std::string control_path;  // a Unix socket for the owner's commands (mode 0600); empty: none
  int workers = 64;
  int max_connections = 10'000;  // beyond it, the oldest idle connection is closed
  std::size_t max_body_bytes = 65'536;
  Millis header_timeout{10'000};   // from the first byte (or accept) to a complete head
  Millis request_timeout{30'000};  // from the first byte to a complete request; also for a reader
                                   // of an answer that makes no progress
  Millis idle_timeout{60'000};  // kept alive without a request
};

// One request as it came, framing checked (RFC 9112) and removed.
struct FramedRequest {
  std::string head;          // request line and fields up to and including the empty line
  std::string body;          // decoded if it was chunked
  std::string peer_address;  // numeric, "" on the control socket
  bool control = false;      // it came over the control socket
};

// The bytes of a whole answer.
struct FramedAnswer {
  std::string bytes;
  bool close = false;  // end the connection after it
};

// Why the front refuses to hand over what a client sent: it becomes an answer, then the connection
// ends.
struct Refusal {
  int status = 400;         // 400, 408, 413, 414, 417, 431, 501, 503, 505
  std::string_view code;    // the contract's code for it: malformed_request, body_too_large, …
  std::string_view detail;  // one sentence, without anything of what the client sent
};

// Both are called on worker threads, many at a time, and must not throw.
struct FrontHandlers {
  std::function<FramedAnswer(const FramedRequest&)> answer;
  std::function<std::string(const Refusal&)> refuse;  // the bytes of the answer
};

// Owns its listeners, its loop thread and its workers. All functions may be called from any thread.
class Front {
 public:
  // Listens at once; throws UserError ("127.0.0.1:8080: address already in use; …") if it cannot.
  // Connections wait in the backlog until start().
  static std::unique_ptr<Front> listen(const FrontOptions& options, FrontHandlers handlers);
  virtual ~Front() = default;  // stops

  virtual int port() const = 0;  // the TCP port that was bound
  virtual void start() = 0;

  // Stops accepting, closes idle connections, lets requests in flight finish for `grace` and ends
  // the rest. May be called twice.
  virtual void stop(Millis grace) = 0;
};

}  // namespace promotions
