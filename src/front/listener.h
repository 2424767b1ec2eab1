// The sockets on which connections arrive: TCP, and a Unix socket for the owner of the process.
// Private to front.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>

#include "front/file_descriptor.h"

namespace promotions {

struct Accepted {
  FileDescriptor socket;     // non-blocking
  std::string peer_address;  // numeric; "" on the Unix socket
};

// Owns a listening socket, and for a Unix socket its file, too. Used by one thread at a time.
class Listener {
 public:
  // Both listen at once, and throw UserError if they cannot. on_unix() replaces a socket that was
  // left there and creates it with mode 0600; the caller makes sure that no other server uses it.
  static Listener on_tcp(const std::string& host, int port);
  static Listener on_unix(const std::string& path);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener() { close(); }

  int fd() const { return socket_.get(); }
  int port() const { return port_; }
  bool is_control() const { return folder_.is_open(); }

  // Returns the next waiting connection without blocking; nullopt if it fails, with errno as
  // accept4() left it.
  std::optional<Accepted> accept();

  // Returns whether a connection waits. accept() cannot tell if the process has no descriptor left.
  bool has_waiting() const;

  // Refuses the connections that wait, and removes the file of a Unix socket. May be called twice.
  void close();

 private:
  Listener() = default;

  FileDescriptor socket_;
  int port_ = 0;
  FileDescriptor folder_;  // holds the Unix socket's file
  std::string file_name_;
};

// Returns the address as text without the port. An IPv4 address that came through an IPv6 socket is
// written as IPv4. Other families: "".
std::string numeric_address(const sockaddr_storage& address);

}  // namespace promotions
