// The connection front: everything between the sockets and complete, well-framed requests.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/base/move_only_function.h"
#include "promotions/front/messages.h"

namespace promotions {

class Channel;
class FileDescriptor;

// Makes the channel through which the front uses an accepted TCP socket. The channel owns the
// socket.
using OpenChannel = std::function<std::unique_ptr<Channel>(FileDescriptor)>;

struct FrontOptions {
  std::string host = "127.0.0.1";  // a name, an IPv4 or an IPv6 address; empty: no TCP listener
  int port = 0;                    // 0: a free one
  std::string control_path;      // a Unix socket for the owner's commands (mode 0600); empty: none
  int max_connections = 10'000;  // beyond it, the oldest idle connection is closed; those on the
                                 // control socket do not count
  std::size_t max_body_bytes = 65'536;  // unless FrontHandlers::body_limit allows more
  int max_large_bodies = 64;  // larger ones received at a time, as anybody can make us hold them;
                              // one more is refused with 503
  Millis header_timeout{10'000};   // from the first byte (or accept) to a complete head
  Millis request_timeout{30'000};  // from the first byte to a complete request; also for a client
                                   // that reads nothing more of its answer, even if the connection
                                   // counts as idle by then
  Millis idle_timeout{150'000};    // kept alive without a request; longer than proxies keep theirs
  // CIDR ranges. Connections from them must begin with a PROXY protocol header, or are closed. On
  // all other connections such a header is malformed HTTP.
  std::vector<std::string> proxy_protocol_from;
  OpenChannel open_channel{};  // for TCP connections; none: plain sockets
};

class Connection;
class FrontCore;

// The way back for the answer to one request, or for the next part of such an answer. It stays
// valid until it is used, even if the client has gone meanwhile. Move-only; used once, on any
// thread. If it is destroyed unused, the connection ends without an answer or in the middle of one.
// It must be destroyed before the front is.
class Responder {
 public:
  Responder(FrontCore& front, Connection& connection) : front_(&front), connection_(&connection) {}
  Responder(Responder&& other) noexcept
      : front_(other.front_), connection_(std::exchange(other.connection_, nullptr)) {}
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  // Sends what the socket takes at once and leaves what remains to the loop, so that it never waits
  // for a client.
  void send(FramedAnswer answer);

  // The same, but `compose` and the sending run on the loop thread, for callers that must return at
  // once.
  void send_later(MoveOnlyFunction<FramedAnswer()> compose);

  // Returns false once the front has stopped: then nobody will get the answer.
  bool is_awaited() const;

 private:
  FrontCore* front_;
  Connection* connection_;  // null once used
};

// Both are called on the loop thread, which serves all connections. They must not block or throw.
struct FrontHandlers {
  // Called for every request, also for a refused one. The request lives until its responder is used
  // or destroyed.
  std::function<void(const FramedRequest&, Responder)> handle;
  // Called only for a body beyond max_body_bytes; none: no body may be larger than that.
  BodyLimit body_limit{};
};

// Owns its listeners and its loop thread. All functions may be called from any thread but the
// loop's.
class Front {
 public:
  // Listens at once; throws UserError ("127.0.0.1:8080: address already in use; …") if it cannot.
  // Connections wait in the backlog until start(). Raises the process's limit of open files as far
  // as max_connections needs; if the system allows less, it serves fewer connections and logs a
  // warning.
  static std::unique_ptr<Front> listen(const FrontOptions& options, FrontHandlers handlers);
  ~Front();  // stops, without grace

  int port() const;  // the TCP port that was bound; 0 without a TCP listener
  void start();

  // Stops accepting, closes idle connections and gives requests in flight `grace` to finish; then
  // it ends the remaining connections, even in the middle of an answer. Returns when every request
  // that was handed over has come back, the loop thread has ended and no connection is left. May be
  // called twice.
  void stop(Millis grace);

 private:
  explicit Front(std::unique_ptr<FrontCore> core);

  std::unique_ptr<FrontCore> core_;
};

}  // namespace promotions
