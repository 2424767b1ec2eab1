// The set of descriptors whose events a loop waits for: epoll(7). Private to front.
#pragma once

#include <sys/epoll.h>

#include <cstdint>
#include <span>

#include "front/file_descriptor.h"

namespace promotions {

// Of a connection. Edge-triggered, so that one registration serves its whole life.
inline constexpr std::uint32_t kConnectionEvents = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

// Belongs to one thread. Both add() and change() throw std::system_error.
class Epoll {
 public:
  Epoll() : descriptor_(epoll_create1(EPOLL_CLOEXEC)) {}

  // Events of `fd` carry `tag`.
  void add(int fd, std::uint32_t events, void* tag) { control(EPOLL_CTL_ADD, fd, events, tag); }
  // Raises an event also for what was there before.
  void change(int fd, std::uint32_t events, void* tag) { control(EPOLL_CTL_MOD, fd, events, tag); }

  // The events that came, at the beginning of `room`. Waits for `milliseconds` at most, -1: for
  // one.
  std::span<epoll_event> wait(std::span<epoll_event> room, int milliseconds);

 private:
  void control(int operation, int fd, std::uint32_t events, void* tag);

  FileDescriptor descriptor_;
};

}  // namespace promotions
