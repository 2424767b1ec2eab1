#include "front/channel.h"

#include <sys/socket.h>

#include <cerrno>

namespace promotions {
namespace {

using Next = Channel::Next;

Next next_after_error(Next wanted) {
  return errno == EAGAIN || errno == EWOULDBLOCK ? wanted : Next::stop;
}

class PlainChannel final : public Channel {
 public:
  using Channel::Channel;

  Progress read(std::span<char> buffer) override {
    for (;;) {
      const ssize_t count = ::recv(fd(), buffer.data(), buffer.size(), 0);
      if (count == 0) return {0, Next::stop};
      if (count > 0) {
        // The buffer was not filled, so the socket is empty now, and edge-triggered epoll raises an
        // event for the next bytes. That saves a recv() which would only return EAGAIN.
        const auto bytes = static_cast<std::size_t>(count);
        return {bytes, bytes < buffer.size() ? Next::await_readable : Next::go_on};
      }
      if (errno != EINTR) return {0, next_after_error(Next::await_readable)};
    }
  }

  Progress write(std::string_view bytes) override {
    for (;;) {
      const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) return {static_cast<std::size_t>(count), Next::go_on};
      if (errno != EINTR) return {0, next_after_error(Next::await_writable)};
    }
  }

  void end_sending() override { ::shutdown(fd(), SHUT_WR); }
};

}  // namespace

std::unique_ptr<Channel> make_plain_channel(FileDescriptor socket) {
  return std::make_unique<PlainChannel>(std::move(socket));
}

}  // namespace promotions
