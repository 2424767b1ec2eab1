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

// What stands between the front and an accepted socket, which it takes over.
using OpenChannel = std::function<std::unique_ptr<Channel>(FileDescriptor)>;

struct FrontOptions {
  std::string host = "127.0.0.1";  // a name, an IPv4 or an IPv6 address; empty: no TCP listener
  int port = 0;                    // 0: a free one
  std::string control_path;      // a Unix socket for the owner's commands (mode 0600); empty: none
  int max_connections = 10'000;  // beyond it, the oldest idle connection is closed; the control
                                 // socket's do not count
  std::size_t max_body_bytes = 65'536;  // of a request for which the handlers allow no more
  int max_large_bodies = 64;  // beyond that, at the same time; as anybody can ask for the memory
  Millis header_timeout{10'000};   // from the first byte (or accept) to a complete head
  Millis request_timeout{30'000};  // from the first byte to a complete request; also for a reader
                                   // of an answer that makes no progress, be it idle otherwise
  Millis idle_timeout{150'000};    // kept alive without a request; longer than proxies keep theirs
  // CIDR. Connections from there begin with a PROXY protocol header, or are closed; those from
  // elsewhere do not.
  std::vector<std::string> proxy_protocol_from;
  OpenChannel open_channel{};  // of TCP connections; none: plain sockets
};

class Connection;
class FrontCore;

// The way back for the answer to one request, or for what follows the first bytes of one. It stays
// valid until it is used. Move-only; used once, on any thread. Dropped unused, it ends the
// connection without an answer, or amid it. It must be gone before the front is.
class Responder {
 public:
  Responder(FrontCore& front, Connection& connection) : front_(&front), connection_(&connection) {}
  Responder(Responder&& other) noexcept
      : front_(other.front_), connection_(std::exchange(other.connection_, nullptr)) {}
  Responder& operator=(Responder&&) = delete;
  ~Responder();

  // Sends what the socket takes at once and leaves the rest to the loop: never waits for a client.
  void send(FramedAnswer answer);

  // The same on the loop thread, `compose` included, for callers that have no time.
  void send_later(MoveOnlyFunction<FramedAnswer()> compose);

  // False once the front has stopped: nobody will get an answer.
  bool is_awaited() const;

 private:
  FrontCore* front_;
  Connection* connection_;  // null once used
};

// Called on the loop thread, which serves all connections: must not block, and must not throw.
struct FrontHandlers {
  std::function<void(const FramedRequest&, Responder)> handle;  // refused requests, too
  BodyLimit body_limit{};  // asked only for a body beyond max_body_bytes; none: no more than that
};

// Owns its listeners and its loop thread. All functions may be called from any other thread.
class Front {
 public:
  // Listens at once; throws UserError ("127.0.0.1:8080: address already in use; …") if it cannot.
  // Connections wait in the backlog until start(). Raises the process's limit of open files as far
  // as max_connections asks; where the system allows less, serves fewer, and says so.
  static std::unique_ptr<Front> listen(const FrontOptions& options, FrontHandlers handlers);
  ~Front();  // stops, without grace

  int port() const;  // the TCP port that was bound; 0 without a TCP listener
  void start();

  // Stops accepting, closes idle connections, lets requests in flight finish for `grace` and ends
  // the rest, also amid an answer. Returns when every request that was handed over has come back,
  // its thread has ended and no connection is left. May be called twice.
  void stop(Millis grace);

 private:
  explicit Front(std::unique_ptr<FrontCore> core);

  std::unique_ptr<FrontCore> core_;
};

}  // namespace promotions
