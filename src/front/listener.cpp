#include "front/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

#include "promotions/base/errors.h"

namespace promotions {
namespace {

constexpr int kBacklog = 4096;  // lets bursts wait in the kernel; a short backlog would drop them

std::string error_text(int error) {
  return std::generic_category().message(error);
}

std::string place_of(const std::string& host, int port) {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string place = is_ipv6 ? "[" : "";
  place.append(host).append(is_ipv6 ? "]:" : ":");
  return place += std::to_string(port);
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const std::string& host, int port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  // RFC 6761 §6.3: localhost is the loopback address, even if /etc/hosts does not say so.
  const std::string name = host == "localhost" ? "127.0.0.1" : host;
  addrinfo* found = nullptr;
  const int rc = getaddrinfo(name.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (rc != 0) {
    throw UserError(place_of(host, port) + ": " + gai_strerror(rc) +
                    "; expected an address or a name of this machine");
  }
  return {found, &freeaddrinfo};
}

// Returns a closed descriptor if it fails, with the reason in errno.
FileDescriptor bind_tcp(const addrinfo& address) {
  FileDescriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return {};
  const int on = 1;
  const int off = 0;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6) {  // so that "::" serves IPv4, too
    setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  }
  if (::bind(socket.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    const int error = errno;
    socket.reset();
    errno = error;
  }
  return socket;
}

int bound_port(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
  const auto port = address.ss_family == AF_INET6
                        ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                        : reinterpret_cast<const sockaddr_in&>(address).sin_port;
  return ntohs(port);
}

// sockaddr_un holds about 100 bytes. A longer path is named through the open descriptor of its
// folder.
sockaddr_un address_in(int folder, const std::string& file_name, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string text = path.size() < sizeof address.sun_path
                               ? path
                               : "/proc/self/fd/" + std::to_string(folder) + "/" + file_name;
  if (file_name.empty() || text.size() >= sizeof address.sun_path) {
    throw UserError(path + ": no valid name for a socket; expected a short file name");
  }
  text.copy(address.sun_path, text.size());
  return address;
}

void remove_stale_socket(int folder, const std::string& file_name, const std::string& path) {
  struct stat status {};
  if (fstatat(folder, file_name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (!S_ISSOCK(status.st_mode)) {
    throw UserError(path + ": a file that is no socket is there; move it away");
  }
  unlinkat(folder, file_name.c_str(), 0);
}

}  // namespace

Listener Listener::on_tcp(const std::string& host, int port) {
  const Addresses addresses = resolve(host, port);
  Listener listener;
  int error = 0;
  // If a name has both kinds of addresses, IPv4 comes first: every client reaches it.
  for (const int family : {AF_INET, AF_INET6}) {
    for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
      if (address->ai_family != family) continue;
      listener.socket_ = bind_tcp(*address);
      if (listener.socket_.is_open()) {
        listener.port_ = bound_port(listener.fd());
        return listener;
      }
      error = errno;
    }
  }
  if (error == EADDRINUSE) {
    throw UserError(place_of(host, port) +
                    ": address already in use; stop the other program or choose another port");
  }
  throw UserError(place_of(host, port) + ": cannot listen: " + error_text(error) +
                  "; expected an address of this machine and a port this user may open");
}

Listener Listener::on_unix(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder_path =
      slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
  Listener listener;
  listener.file_name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  listener.folder_ = FileDescriptor(open(folder_path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!listener.folder_.is_open()) {
    throw UserError(path + ": cannot open its folder: " + error_text(errno) +
                    "; expected a folder that exists");
  }
  const int folder = listener.folder_.get();
  const sockaddr_un address = address_in(folder, listener.file_name_, path);
  remove_stale_socket(folder, listener.file_name_, path);  // bind() fails if a crash has left one
  FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  // Nobody can connect before listen(), so the mode 0600 is set before the first connection.
  if (!socket.is_open() ||
      ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      fchmodat(folder, listener.file_name_.c_str(), 0600, 0) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    throw UserError(path + ": cannot listen: " + error_text(errno) +
                    "; expected a folder where this user may create a socket");
  }
  listener.socket_ = std::move(socket);
  return listener;
}

std::optional<Accepted> Listener::accept() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  Accepted accepted;
  accepted.socket = FileDescriptor(::accept4(fd(), reinterpret_cast<sockaddr*>(&address), &length,
                                             SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!accepted.socket.is_open()) return std::nullopt;
  if (!is_control()) {
    // An answer is one send(), so Nagle's algorithm, which waits for more bytes, would only delay
    // it.
    const int on = 1;
    setsockopt(accepted.socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    accepted.peer_address = numeric_address(address);
  }
  return accepted;
}

bool Listener::has_waiting() const {
  pollfd poll_fd{fd(), POLLIN, 0};
  return ::poll(&poll_fd, 1, 0) > 0;
}

void Listener::close() {
  if (socket_.is_open() && is_control()) unlinkat(folder_.get(), file_name_.c_str(), 0);
  socket_.reset();
}

std::string numeric_address(const sockaddr_storage& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.ss_family == AF_INET6) {
    const auto& ipv6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
      inet_ntop(AF_INET, &ipv6.s6_addr[12], text.data(), text.size());
    } else {
      inet_ntop(AF_INET6, &ipv6, text.data(), text.size());
    }
  } else if (address.ss_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(address).sin_addr, text.data(),
              text.size());
  }
  return text.data();
}

}  // namespace promotions
