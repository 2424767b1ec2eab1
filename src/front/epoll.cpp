#include "front/epoll.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace promotions {

std::span<epoll_event> Epoll::wait(std::span<epoll_event> room, int milliseconds) {
  const int count =
      epoll_wait(descriptor_.get(), room.data(), static_cast<int>(room.size()), milliseconds);
  return room.first(static_cast<std::size_t>(std::max(count, 0)));  // -1: a signal came instead
}

void Epoll::control(int operation, int fd, std::uint32_t events, void* tag) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = tag;
  if (epoll_ctl(descriptor_.get(), operation, fd, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

}  // namespace promotions
