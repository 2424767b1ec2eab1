#include "front/event_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "promotions/base/log.h"
#include "promotions/front/client_address.h"

namespace promotions {
namespace {

using namespace std::chrono_literals;
using Phase = Connection::Phase;

constexpr std::size_t kReceiveBytes = 16 * 1024;
constexpr int kEventsPerTurn = 256;
constexpr Millis kWarnPause{60'000};           // as nothing changes by saying so more often
constexpr Millis kGleanTimeout{500};           // for the rest of a refused head
constexpr Millis kDrainTimeout{5'000};         // for the client to take the answer and end
constexpr std::size_t kMaxDrained = 64 << 20;  // of a body that was refused
constexpr int kDrainsPerTurn = 32;             // reads of it, so that it starves no request
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

std::vector<Cidr> parse_ranges(const std::vector<std::string>& ranges) {
  std::vector<Cidr> parsed;
  parsed.reserve(ranges.size());
  for (const std::string& range : ranges) parsed.push_back(Cidr::parse(range).value());
  return parsed;
}

}  // namespace

EventLoop::EventLoop(const FrontOptions& options, std::vector<Listener> listeners,
                     Dispatch dispatch, BodyLimit body_limit)
    : options_(options),
      dispatch_(std::move(dispatch)),
      given_body_limit_(std::move(body_limit)),
      body_limit_([this](const FramedRequest& head) { return room_for_body(head); }),
      control_body_limit_([this](const FramedRequest& head) { return room_for_owner(head); }),
      proxies_(parse_ranges(options.proxy_protocol_from)),
      listeners_(std::move(listeners)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      received_(kReceiveBytes) {
  epoll_.add(wake_.get(), EPOLLIN | EPOLLET, nullptr);
  for (Listener& listener : listeners_) {
    epoll_.add(listener.fd(), EPOLLIN, &listener);
  }
}

void EventLoop::run() {
  now_ = std::chrono::steady_clock::now();
  bool has_begun_stopping = false;
  for (;;) {
    if (is_stopping()) {
      if (!std::exchange(has_begun_stopping, true)) begin_stopping();
      if (active_.empty() || now_ >= stop_deadline_.load()) break;
    }
    wait();
    if (accept_again_ <= now_) resume_accepting();
    while (Connection* expired = alarms_.next_expired(now_)) guarded(*expired, &EventLoop::expire);
    closed_.clear();
  }
  idle_.clear();
  active_.remove_if([](const Connection& c) { return c.phase != Phase::working; });
  alarms_.clear();
}

void EventLoop::wait() {
  sleeping_ = true;
  bool must_not_sleep = false;
  {
    const MutexLock lock(mutex_);
    must_not_sleep = !handed_back_.empty();
  }
  std::array<epoll_event, kEventsPerTurn> room;
  const auto events = epoll_.wait(room, must_not_sleep ? 0 : wait_milliseconds());
  sleeping_ = false;
  now_ = std::chrono::steady_clock::now();
  take_back();
  // Listeners last: who has just sent a request must not make room for a newcomer as idle.
  std::partition(events.begin(), events.end(),
                 [this](const epoll_event& e) { return !listener_of(e); });
  for (const epoll_event& event : events) {
    if (event.data.ptr == nullptr) {
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto read = ::read(wake_.get(), &ignored, sizeof ignored);
      continue;
    }
    if (Listener* listener = listener_of(event)) {
      accept_from(*listener);
      continue;
    }
    auto& connection = *static_cast<Connection*>(event.data.ptr);
    connection.readable |= (event.events & ~std::uint32_t{EPOLLOUT}) != 0;
    if ((event.events & EPOLLOUT) != 0 && std::exchange(connection.reads_once_writable, false)) {
      connection.readable = true;
    }
    connection.has_ended |= (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
    guarded(connection, &EventLoop::on_event);
  }
}

Listener* EventLoop::listener_of(const epoll_event& event) {
  const auto found =
      std::find_if(listeners_.begin(), listeners_.end(),
                   [&event](const Listener& each) { return &each == event.data.ptr; });
  return found != listeners_.end() ? &*found : nullptr;
}

int EventLoop::wait_milliseconds() const {
  SteadyTime next = std::min(accept_again_, alarms_.next());
  if (is_stopping()) next = std::min(next, stop_deadline_.load());
  if (next == kNever) return -1;
  const auto left = std::chrono::ceil<Millis>(next - now_).count();
  return static_cast<int>(std::clamp<Millis::rep>(left, 0, 60'000));
}

void EventLoop::hand_back(Connection& connection, Compose compose) {
  {
    const MutexLock lock(mutex_);
    handed_back_.push_back({&connection, std::move(compose)});
  }
  // A loop that is awake looks at the list before it sleeps, so most answers need no system call.
  if (sleeping_.exchange(false)) eventfd_write(wake_.get(), 1);
}

void EventLoop::take_back() {
  {
    const MutexLock lock(mutex_);
    taken_back_.swap(handed_back_);
  }
  for (Returned& returned : taken_back_) {
    Connection& connection = *returned.connection;
    try {
      if (returned.compose) connection.answer(returned.compose());
    } catch (const std::exception& error) {
      logs::error("a request was not answered: {}", error.what());
      connection.answer({.bytes = {}, .close = true});
    }
    connection.request = {};
    forget_large_body(connection);
    connection.phase = Phase::writing;
    alarms_.set_deadline(connection, now_ + options_.request_timeout);
    guarded(connection, &EventLoop::write);
  }
  taken_back_.clear();
}

void EventLoop::stop(SteadyTime deadline) {
  stop_deadline_ = deadline;
  stopping_ = true;
  eventfd_write(wake_.get(), 1);
}

void EventLoop::begin_stopping() {
  for (Listener& listener : listeners_) accept_from(listener);  // who has connected may have asked
  close_listeners();
  accept_again_ = kNever;
  while (!idle_.empty()) {
    Connection& connection = idle_.front();
    if (!has_sent_something(connection)) close(connection);
  }
  closed_.clear();
}

void EventLoop::close_listeners() {
  for (Listener& listener : listeners_) listener.close();
}

void EventLoop::end_all() {
  close_listeners();
  idle_.clear();
  active_.clear();
  alarms_.clear();
}

// One connection's trouble, such as want of memory, must not end the others.
void EventLoop::guarded(Connection& connection, void (EventLoop::*step)(Connection&)) {
  try {
    (this->*step)(connection);
  } catch (const std::exception& error) {
    logs::error("connection closed: {}", error.what());
    close(connection);
  }
}

void EventLoop::look_once_more(Connection& connection) {
  connection.readable = true;
  read(connection);
}

// Before an idle connection is closed: its client, a proxy maybe, may have sent a request at this
// very moment, and would make a 502 of its loss. True: it has, or it has ended the connection, and
// so it is not among the idle any more.
bool EventLoop::has_sent_something(Connection& connection) {
  if (connection.phase != Phase::reading || !connection.is_idle) return false;
  guarded(connection, &EventLoop::look_once_more);
  return connection.phase != Phase::reading || !connection.is_idle;
}

void EventLoop::on_event(Connection& connection) {
  switch (connection.phase) {
    case Phase::reading:
      return read(connection);
    case Phase::writing:
      return write(connection);
    case Phase::draining:
      return drain(connection);
    case Phase::working:  // A broken connection shows when the answer is sent.
    case Phase::closed:
      return;
  }
}

void EventLoop::read(Connection& connection) {
  while (connection.phase == Phase::reading) {
    if (!connection.unread.empty()) {
      const std::string input = std::exchange(connection.unread, {});
      feed(connection, input);
      continue;
    }
    if (!connection.readable) return;
    const auto [bytes, next] = connection.receive(received_);
    if (bytes == 0 && next == Channel::Next::stop) {
      // Whoever ended its side of a head that was refused is told so.
      if (connection.framer.is_refused()) return refuse(connection, connection.framer.refusal());
      return close(connection);
    }
    // The end of the stream has raised its event already, so it is read up to.
    const bool is_last = connection.has_ended && bytes > 0;
    if (next == Channel::Next::await_readable && !is_last) connection.readable = false;
    if (next == Channel::Next::await_writable) {
      connection.readable = false;
      connection.reads_once_writable = true;
    }
    if (bytes == 0) return;
    feed(connection, {received_.data(), bytes});
  }
}

void EventLoop::feed(Connection& connection, std::string_view input) {
  if (connection.proxy_header && !has_proxy_header(connection, input)) return;
  const auto progress = connection.framer.feed(input);
  count_large_body(connection);
  switch (progress) {
    case RequestFramer::Progress::need_more:
      return await_more(connection);
    case RequestFramer::Progress::complete:
      connection.unread = input;
      return dispatch(connection);
    case RequestFramer::Progress::refused:
      if (std::exchange(is_short_of_room_, false)) {
        return refuse(connection,
                      {RefusalReason::overloaded, "Too many large requests are being received."});
      }
      if (!connection.framer.glean(input)) return await_rest_of_head(connection);
      return refuse(connection, connection.framer.refusal());
  }
}

// Asked by a framer for the request that it reads.
std::size_t EventLoop::room_for_body(const FramedRequest& head) {
  const std::size_t room = given_body_limit_ ? given_body_limit_(head) : 0;
  if (room <= options_.max_body_bytes) return room;
  is_short_of_room_ = large_bodies_ >= options_.max_large_bodies;
  return is_short_of_room_ ? 0 : room;
}

std::size_t EventLoop::room_for_owner(FramedRequest head) const {
  head.control = true;  // which the framer does not know
  return given_body_limit_ ? given_body_limit_(head) : 0;
}

void EventLoop::count_large_body(Connection& connection) {
  if (connection.has_large_body || connection.is_control) return;
  if (!connection.framer.has_extra_room()) return;
  connection.has_large_body = true;
  ++large_bodies_;
}

void EventLoop::forget_large_body(Connection& connection) {
  if (std::exchange(connection.has_large_body, false)) --large_bodies_;
}

// True once it has been read, and taken off `input`. What is not one ends the connection: the proxy
// is not set up as the configuration says, and everybody behind it would pass for the proxy.
bool EventLoop::has_proxy_header(Connection& connection, std::string_view& input) {
  switch (connection.proxy_header->feed(input)) {
    case ProxyHeader::Progress::need_more:
      return false;
    case ProxyHeader::Progress::complete:
      if (const auto& client = connection.proxy_header->client()) {
        connection.peer_address = client->text();
      }
      connection.proxy_header = nullptr;
      return true;
    case ProxyHeader::Progress::broken:
      break;
  }
  if (warn_of_proxy_again_ <= now_) {
    logs::warn(
        "connection from {} closed: it does not begin with the PROXY protocol, which "
        "server.proxy_protocol demands of trusted proxies",
        connection.peer_address);
    warn_of_proxy_again_ = now_ + kWarnPause;
  }
  close(connection);
  return false;
}

void EventLoop::await_rest_of_head(Connection& connection) {
  set_idle(connection, false);
  alarms_.set_deadline(connection, std::min(connection.deadline, now_ + kGleanTimeout));
}

void EventLoop::await_more(Connection& connection) {
  if (!connection.framer.has_begun()) return;
  if (connection.is_idle) {
    set_idle(connection, false);
    connection.began = now_;
  }
  const auto timeout =
      connection.framer.has_head() ? options_.request_timeout : options_.header_timeout;
  alarms_.set_deadline(connection, connection.began + timeout);
  if (!connection.framer.take_continue()) return;
  connection.output = kContinue;
  const auto sent = connection.transmit();
  if (sent != Connection::Sent::all) return close(connection);  // 25 bytes into an empty buffer
  connection.output = {};
  connection.sent = 0;
}

void EventLoop::dispatch(Connection& connection) {
  hand_over(connection, connection.framer.take_request());
}

void EventLoop::hand_over(Connection& connection, FramedRequest request) {
  set_idle(connection, false);
  alarms_.set_deadline(connection, kNever);
  connection.request = std::move(request);
  connection.request.peer_address = connection.peer_address;
  connection.request.control = connection.is_control;
  connection.phase = Phase::working;
  dispatch_(connection);
}

void EventLoop::refuse(Connection& connection, const Refusal& refusal) {
  connection.unread = {};
  hand_over(connection, connection.framer.take_refused(refusal));
}

void EventLoop::write(Connection& connection) {
  const std::size_t sent_before = connection.sent;
  switch (connection.transmit()) {
    case Connection::Sent::all:
      return connection.more ? go_on(connection) : answered(connection);
    case Connection::Sent::failed:
      return close(connection);
    case Connection::Sent::part:
      if (connection.sent == sent_before) return;
      alarms_.set_deadline(connection, now_ + options_.request_timeout);
  }
}

// What is to be sent next is made as an answer is. It takes no time off the client's.
void EventLoop::go_on(Connection& connection) {
  connection.output = {};
  connection.sent = 0;
  alarms_.set_deadline(connection, kNever);
  connection.phase = Phase::working;
  dispatch_(connection);
}

void EventLoop::answered(Connection& connection) {
  connection.output = {};
  connection.sent = 0;
  connection.last_unsent = Connection::kUnknown;
  set_idle(connection, true);
  if (connection.close_after_answer || is_stopping()) return begin_draining(connection);
  connection.phase = Phase::reading;
  alarms_.set_deadline(connection, now_ + options_.idle_timeout);
  read(connection);
}

// RFC 9112 §9.6: closing while the client still sends would reset the connection, and the answer
// might be lost with it.
void EventLoop::begin_draining(Connection& connection) {
  connection.end_sending();
  connection.unread = {};
  connection.phase = Phase::draining;
  connection.readable = true;
  alarms_.set_deadline(connection, now_ + std::min(kDrainTimeout, options_.request_timeout));
  drain(connection);
}

void EventLoop::drain(Connection& connection) {
  for (int reads = 0; connection.drained < kMaxDrained; ++reads) {
    if (reads == kDrainsPerTurn) {  // set anew, the registration raises an event for what is left
      return epoll_.change(connection.fd(), kConnectionEvents, &connection);
    }
    const auto [bytes, next] = connection.receive(received_);
    if (bytes == 0 && next != Channel::Next::stop) return;
    if (bytes == 0) break;
    connection.drained += bytes;
  }
  close(connection);
}

void EventLoop::expire(Connection& connection) {
  if (has_sent_something(connection)) return;
  if (connection.phase == Phase::reading && !connection.is_idle) {
    const RequestFramer& framer = connection.framer;
    return refuse(connection, framer.is_refused() ? framer.refusal()
                                                  : Refusal{RefusalReason::too_slow,
                                                            "The request did not arrive in time."});
  }
  if (connection.phase != Phase::writing && is_being_read(connection)) {
    return alarms_.set_deadline(connection, now_ + options_.request_timeout);
  }
  end(connection);
}

// The kernel takes an answer long before a slow client does. As long as that gets on, the client
// gets the rest; whether it does is known the second time.
bool EventLoop::is_being_read(Connection& connection) {
  const int unsent = connection.unsent();
  return unsent > 0 && unsent < std::exchange(connection.last_unsent, unsent);
}

// Our decision, not the client's: one that does not read must not make the kernel keep its answer,
// and would never see the end behind it.
void EventLoop::end(Connection& connection) {
  if (connection.phase == Phase::writing || connection.unsent() > 0) connection.reset_socket();
  close(connection);
}

void EventLoop::close(Connection& connection) {
  if (connection.phase == Phase::closed) return;
  connection.phase = Phase::closed;
  connection.close_socket();
  alarms_.forget(connection);
  forget_large_body(connection);
  if (!connection.is_control) --counted_connections_;
  closed_.splice(closed_.end(), connection.is_idle ? idle_ : active_, connection.self);
}

void EventLoop::set_idle(Connection& connection, bool is_idle) {
  if (connection.is_idle == is_idle) return;
  connection.is_idle = is_idle;
  auto& from = is_idle ? active_ : idle_;
  auto& to = is_idle ? idle_ : active_;
  to.splice(to.end(), from, connection.self);
}

}  // namespace promotions
