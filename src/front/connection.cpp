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
    // Whichever it waits for: every event of a connection that writes has it write again.
    if (next != Channel::Next::go_on && sent < output.size()) return Sent::part;
  }
  return Sent::all;
}

int Connection::unsent() const {
  int count = 0;
  // A Unix socket has no such number: what it took is with the client already.
  return ioctl(fd(), SIOCOUTQNSD, &count) == 0 ? count : 0;
}

void Connection::reset_socket() {
  const linger at_once{1, 0};
  setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close_socket();
}

}  // namespace promotions
