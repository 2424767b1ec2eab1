#include "front/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

namespace promotions {

Connection::Connection(Accepted accepted, bool is_control_socket, std::size_t max_body_bytes,
                       const BodyLimit* body_limit)
    : peer_address(std::move(accepted.peer_address)),
      is_control(is_control_socket),
      framer(max_body_bytes, body_limit),
      socket_(std::move(accepted.socket)) {}

int Connection::receive(std::span<char> buffer) {
  for (;;) {
    const ssize_t count = ::recv(fd(), buffer.data(), buffer.size(), 0);
    if (count >= 0) return static_cast<int>(count);
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK ? -1 : 0;
  }
}

void Connection::answer(FramedAnswer answer) {
  output = std::move(answer.bytes);
  close_after_answer |= request.close || answer.close;
  more = std::move(answer.more);
}

Connection::Sent Connection::transmit() {
  while (sent < output.size()) {
    const ssize_t count = ::send(fd(), output.data() + sent, output.size() - sent, MSG_NOSIGNAL);
    if (count >= 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return Sent::part;
    } else if (errno != EINTR) {
      return Sent::failed;
    }
  }
  return Sent::all;
}

int Connection::unsent() const {
  int count = 0;
  // A Unix socket has no such number: what it took is with the client already.
  return ioctl(fd(), SIOCOUTQNSD, &count) == 0 ? count : 0;
}

void Connection::end_sending() {
  ::shutdown(fd(), SHUT_WR);
}

void Connection::close_socket() {
  socket_.reset();
}

void Connection::reset_socket() {
  const linger at_once{1, 0};
  setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_.reset();
}

}  // namespace promotions
