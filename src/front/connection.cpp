#include "front/connection.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace promotions {

Connection::Connection(std::unique_ptr<Channel> channel, std::string peer, bool is_control_socket,
                       std::size_t max_body_bytes, const BodyLimit* body_limit)
    : peer_address(std::move(peer)),
      is_control(is_control_socket),
      framer(max_body_bytes, body_limit),
      channel_(std::move(channel)) {}

void Connection::answer(FramedAnswer answer) {
  output = std::move(answer.bytes);
  close_after_answer |= request.close || answer.close;
  more = std::move(answer.more);
}

Connection::Sent Connection::transmit() {
  while (sent < output.size()) {
    const auto [bytes, next] = channel_->write(std::string_view(output).substr(sent));
    sent += bytes;
    if (next == Channel::Next::stop) return Sent::failed;
    // It does not matter what the channel waits for: in the phase `writing` every event of the
    // connection makes it write again.
    if (next != Channel::Next::go_on && sent < output.size()) return Sent::part;
  }
  return Sent::all;
}

int Connection::unsent() const {
  int count = 0;
  // Unix sockets have no such number: what they took is already in the client's buffer.
  return ioctl(fd(), SIOCOUTQNSD, &count) == 0 ? count : 0;
}

void Connection::reset_socket() {
  const linger at_once{1, 0};  // on, for 0 seconds: close() drops what is unsent and sends a reset
  setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close_socket();
}

}  // namespace promotions
