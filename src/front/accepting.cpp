// The part of EventLoop that accepts connections and makes room for them.
#include <algorithm>
#include <cerrno>
#include <new>

#include "front/event_loop.h"
#include "promotions/base/log.h"
#include "promotions/front/client_address.h"

namespace promotions {
namespace {

using Phase = Connection::Phase;

constexpr int kAcceptsPerTurn = 128;  // so that a flood of connections starves no request
constexpr Millis kAcceptPause{100};   // when the process has no descriptor left
constexpr Millis kWarnPause{60'000};  // repeating a warning sooner would tell nothing new

bool is_out_of_descriptors(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

void EventLoop::accept_from(Listener& listener) {
  bool has_accepted = false;
  bool has_made_room = false;
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    auto accepted = listener.accept();
    if (accepted) {
      has_accepted = true;
      try {
        add(std::move(*accepted), listener.is_control());
      } catch (const std::bad_alloc&) {
        logs::error("connection refused: out of memory");
      }
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return;
    } else if (is_out_of_descriptors(errno)) {
      // accept4() fails like this even if no connection waits. And connections that were accepted
      // in this turn must get the chance to send a request before one of them is closed as idle.
      if (has_accepted || !listener.has_waiting()) return;
      // The listener is level-triggered: while a connection waits that we cannot accept, the loop
      // would spin.
      if (has_made_room || !close_oldest_idle()) return pause_accepting();
      has_made_room = true;
    }  // Any other error concerns only that one connection: accept(2), "Error handling".
  }
}

void EventLoop::add(Accepted accepted, bool is_control) {
  // The owner's commands must get through however many clients there are.
  if (!is_control) {
    while (counted_connections_ >= options_.max_connections && close_oldest_idle()) continue;
  }
  const bool is_plain = is_control || !options_.open_channel;
  auto channel = is_plain ? make_plain_channel(std::move(accepted.socket))
                          : options_.open_channel(std::move(accepted.socket));
  idle_.emplace_back(std::move(channel), std::move(accepted.peer_address), is_control,
                     options_.max_body_bytes, is_control ? &control_body_limit_ : &body_limit_);
  Connection& connection = idle_.back();
  if (is_within(connection.peer_address, proxies_)) {
    connection.proxy_header = std::make_unique<ProxyHeader>();
  }
  connection.self = std::prev(idle_.end());
  if (!is_control) ++counted_connections_;
  guarded(connection, &EventLoop::begin_watching);
  // Nobody was idle. The client gets a 503 instead of a connection that closes without a word.
  if (!is_control && counted_connections_ > options_.max_connections) {
    guarded(connection, &EventLoop::refuse_overload);
  }
}

void EventLoop::begin_watching(Connection& connection) {
  alarms_.set_deadline(connection, now_ + options_.header_timeout);
  epoll_.add(connection.fd(), kConnectionEvents, &connection);
}

void EventLoop::refuse_overload(Connection& connection) {
  if (connection.phase == Phase::closed) return;  // begin_watching() failed
  refuse(connection, {RefusalReason::overloaded, "All connections of this server are in use."});
}

// Makes room when descriptors or connections run out: closing an idle connection does the least
// harm. Returns false if none is idle.
bool EventLoop::close_oldest_idle() {
  for (;;) {
    const auto oldest = std::find_if(idle_.begin(), idle_.end(),
                                     [](const Connection& each) { return !each.is_control; });
    if (oldest == idle_.end()) return false;
    Connection& connection = *oldest;
    if (!has_sent_something(connection)) end(connection);
    if (connection.phase == Phase::closed) return true;
    // A request of it had just arrived, so it is not idle any more: the next one has to go.
  }
}

void EventLoop::pause_accepting() {
  if (warn_again_ <= now_) {
    logs::warn("no file descriptor left for a connection; raise the limit of open files");
    warn_again_ = now_ + kWarnPause;
  }
  accept_again_ = now_ + kAcceptPause;
  for (Listener& listener : listeners_) {
    epoll_.change(listener.fd(), 0, &listener);
  }
}

void EventLoop::resume_accepting() {
  accept_again_ = kNever;
  for (Listener& listener : listeners_) {
    epoll_.change(listener.fd(), EPOLLIN, &listener);
  }
}

}  // namespace promotions
