// The set of descriptors for whose events a loop waits: epoll(7). Private to front.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>

#include "front/file_descriptor.h"

namespace promotions {

// The events of a connection. Edge-triggered, so that one registration serves its whole life.
inline constexpr std::uint32_t kConnectionEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// Belongs to one thread. Both add() and change() throw std::system_error.
class Epoll {
 public:
  Epoll() : descriptor_(epoll_create1(EPOLL_CLOEXEC)) {}

  // The events of `fd` carry `tag` in `data.ptr`.
  void add(int fd, std::uint32_t events, void* tag) { control(EPOLL_CTL_ADD, fd, events, tag); }
  // Also raises an event again if `fd` is ready already.
  void change(int fd, std::uint32_t events, void* tag) { control(EPOLL_CTL_MOD, fd, events, tag); }

  // Returns the events that came, in the front of `room`. Waits at most `milliseconds`; -1: until
  // an event comes. May return none, also when a signal came.
  std::span<epoll_event> wait(std::span<epoll_event> room, int milliseconds);

 private:
  void control(int operation, int fd, std::uint32_t events, void* tag);

  FileDescriptor descriptor_;
};

}  // namespace promotions
