// The sockets that connections come from: TCP, and a Unix socket for the machine's owner.
#pragma once

#include <sys/socket.h>

#include <optional>
#include <string>

#include "front/file_descriptor.h"

namespace promotions {

struct Accepted {
  FileDescriptor socket;  // non-blocking
  std::string peer_address;
};

class Listener {
 public:
  // Both throw UserError if they cannot listen.
  static Listener on_tcp(const std::string& host, int port);
  static Listener on_unix(const std::string& path);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = delete;
  ~Listener() { close(); }

  int fd() const { return socket_.get(); }
  int port() const { return port_; }
  bool is_control() const { return folder_.is_open(); }

  // The next waiting connection, or nothing, with errno as accept4() left it.
  std::optional<Accepted> accept();

  // accept() fails for want of a descriptor before it looks; this looks.
  bool has_waiting() const;

  // Connections that wait are refused; the Unix socket's file is removed.
  void close();

 private:
  Listener() = default;

  FileDescriptor socket_;
  int port_ = 0;
  FileDescriptor folder_;  // of the Unix socket's file
  std::string file_name_;
};

// Numeric; an IPv4 address that came through an IPv6 socket is shown as IPv4.
std::string numeric_address(const sockaddr_storage& address);

}  // namespace promotions
