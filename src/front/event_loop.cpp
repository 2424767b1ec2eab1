#include "front/event_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "promotions/base/log.h"
#include "promotions/base/release_memory.h"
#include "promotions/front/client_address.h"

namespace promotions {
namespace {

using namespace std::chrono_literals;
using Phase = Connection::Phase;

constexpr std::size_t kReceiveBytes = 16 * 1024;
constexpr int kEventsPerTurn = 256;
constexpr Millis kWarnPause{60'000};           // repeating a warning sooner would tell nothing new
constexpr Millis kGleanTimeout{500};           // for what is still missing of a refused head
constexpr Millis kDrainTimeout{5'000};         // for the client to take the answer and end
constexpr std::size_t kMaxDrained = 64 << 20;  // bytes of a body that was refused
constexpr int kDrainsPerTurn = 32;  // reads of such a body, so that it starves no request
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
    closed_.clear();  // no event of this turn can name them any more
  }
  // Connections that are given away must stay: their responders still point to them.
  idle_.clear();
  active_.remove_if([](const Connection& c) { return c.phase != Phase::working; });
  alarms_.clear();
}

void EventLoop::wait() {
  // First says that it sleeps, then looks at the list; hand_back() first adds to the list, then
  // asks whether the loop sleeps. So one of the two always notices the other, and no answer is left
  // lying.
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
  // Listeners come last: a connection whose request has just arrived must be read before it could
  // be closed as idle to make room for a new one.
  std::partition(events.begin(), events.end(),
                 [this](const epoll_event& e) { return !listener_of(e); });
  for (const epoll_event& event : events) {
    if (event.data.ptr == nullptr) {  // wake_; take_back() has done the work already
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto read = ::read(wake_.get(), &ignored, sizeof ignored);
      continue;
    }
    if (Listener* listener = listener_of(event)) {
      accept_from(*listener);
      continue;
    }
    // An event only marks what may be tried: errors and hang-ups count as readable, since reading
    // reports them.
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
  // A loop that is awake looks at the list before it sleeps. So under load most answers need no
  // system call to wake it.
  if (sleeping_.exchange(false)) eventfd_write(wake_.get(), 1);
}

void EventLoop::take_back() {
  {  // Swapped, so that nothing is composed or sent with the lock held.
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
    release_memory(connection.request);
    forget_large_body(connection);
    connection.phase = Phase::writing;
    alarms_.set_deadline(connection, now_ + options_.request_timeout);
    guarded(connection, &EventLoop::write);
  }
  taken_back_.clear();
}

void EventLoop::stop(SteadyTime deadline) {
  stop_deadline_ = deadline;  // before stopping_: a loop that sees the one needs the other
  stopping_ = true;
  eventfd_write(wake_.get(), 1);
}

void EventLoop::begin_stopping() {
  // Clients in the backlog believe that they are connected, and may have sent a request already.
  for (Listener& listener : listeners_) accept_from(listener);
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

// A failure of one connection, such as a lack of memory, must not end the others.
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

// Call it before closing an idle connection: its client may have sent a request at this very
// moment, and if it is a proxy it would answer 502 for the lost request. Returns true if it has
// sent something or has ended the connection, which then is not idle any more.
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
    case Phase::working:  // sending the answer will show a broken connection
    case Phase::closed:
      return;
  }
}

void EventLoop::read(Connection& connection) {
  while (connection.phase == Phase::reading) {
    if (!connection.unread.empty()) {  // pipelined requests come before what the socket holds
      const std::string input = std::exchange(connection.unread, {});
      feed(connection, input);
      continue;
    }
    if (!connection.readable) return;
    const auto [bytes, next] = connection.receive(received_);
    if (bytes == 0 && next == Channel::Next::stop) {
      // A client that ended its side within a refused head still gets its answer.
      if (connection.framer.is_refused()) return refuse(connection, connection.framer.refusal());
      return close(connection);
    }
    // The end of the stream raised its event before and will raise no other. So the socket is read
    // until the end itself is seen.
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
      // room_for_body() had to say 0, so the framer took the body for too large: it is 503, not
      // 413.
      if (std::exchange(is_short_of_room_, false)) {
        return refuse(connection,
                      {RefusalReason::overloaded, "Too many large requests are being received."});
      }
      if (!connection.framer.glean(input)) return await_rest_of_head(connection);
      return refuse(connection, connection.framer.refusal());
  }
}

// A framer calls it within feed(), for a body beyond max_body_bytes.
std::size_t EventLoop::room_for_body(const FramedRequest& head) {
  const std::size_t room = given_body_limit_ ? given_body_limit_(head) : 0;
  if (room <= options_.max_body_bytes) return room;
  is_short_of_room_ = large_bodies_ >= options_.max_large_bodies;
  return is_short_of_room_ ? 0 : room;
}

std::size_t EventLoop::room_for_owner(FramedRequest head) const {
  head.control = true;  // the framer does not know which socket it serves
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

// Returns true once the whole header has been read and taken off `input`, false while more of it
// must come. Whatever is no such header closes the connection: the proxy is not set up as the
// configuration says, and all clients behind it would count as the proxy.
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

// The request is refused already. Waits a moment for the fields that say how to answer it.
void EventLoop::await_rest_of_head(Connection& connection) {
  set_idle(connection, false);
  alarms_.set_deadline(connection, std::min(connection.deadline, now_ + kGleanTimeout));
}

void EventLoop::await_more(Connection& connection) {
  if (!connection.framer.has_begun()) return;  // empty lines between requests: still idle
  if (connection.is_idle) {
    set_idle(connection, false);
    connection.began = now_;
  }
  // Both timeouts run from the first byte, so that sending bytes one by one gains no time.
  const auto timeout =
      connection.framer.has_head() ? options_.request_timeout : options_.header_timeout;
  alarms_.set_deadline(connection, connection.began + timeout);
  if (!connection.framer.take_continue()) return;
  connection.output = kContinue;
  const auto sent = connection.transmit();
  if (sent != Connection::Sent::all) return close(connection);  // 25 bytes into an empty buffer
  release_memory(connection.output);
  connection.sent = 0;
}

void EventLoop::dispatch(Connection& connection) {
  hand_over(connection, connection.framer.take_request());
}

void EventLoop::hand_over(Connection& connection, FramedRequest request) {
  set_idle(connection, false);
  alarms_.set_deadline(connection, kNever);  // the client does not answer for our time
  connection.request = std::move(request);
  connection.request.peer_address = connection.peer_address;
  connection.request.control = connection.is_control;
  connection.phase = Phase::working;
  dispatch_(connection);  // last: from here on another thread may own the connection
}

void EventLoop::refuse(Connection& connection, const Refusal& refusal) {
  connection.unread = {};  // where the next request begins is not known
  hand_over(connection, connection.framer.take_refused(refusal));
}

void EventLoop::write(Connection& connection) {
  const std::size_t sent_before = connection.sent;
  switch (connection.transmit()) {
    case Connection::Sent::all:
      return connection.more ? go_on(connection) : answered(connection);
    case Connection::Sent::failed:
      return close(connection);
    case Connection::Sent::part:  // only progress earns more time
      if (connection.sent == sent_before) return;
      alarms_.set_deadline(connection, now_ + options_.request_timeout);
  }
}

// Has the next block of the answer made, which goes the way of a request. The time that it takes
// does not count against the client.
void EventLoop::go_on(Connection& connection) {
  release_memory(connection.output);
  connection.sent = 0;
  alarms_.set_deadline(connection, kNever);
  connection.phase = Phase::working;
  dispatch_(connection);
}

void EventLoop::answered(Connection& connection) {
  release_memory(connection.output);
  connection.sent = 0;
  connection.last_unsent = Connection::kUnknown;
  set_idle(connection, true);
  if (connection.close_after_answer || is_stopping()) return begin_draining(connection);
  connection.phase = Phase::reading;
  alarms_.set_deadline(connection, now_ + options_.idle_timeout);
  read(connection);  // edge-triggered events of bytes that came meanwhile are over
}

// RFC 9112 §9.6: closing while the client still sends would reset the connection, and the client
// might lose the answer.
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
    if (reads == kDrainsPerTurn) {  // registering again raises an event for what is left
      return epoll_.change(connection.fd(), kConnectionEvents, &connection);
    }
    const auto [bytes, next] = connection.receive(received_);
    if (bytes == 0 && next != Channel::Next::stop) return;
    if (bytes == 0) break;
    connection.drained += bytes;
  }
  close(connection);
}

// What a deadline means depends on the phase: a request that is too slow is refused, a client that
// still reads its answer gets more time, and every other connection ends.
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

// The kernel takes an answer long before a slow client has read it. The client may go on as long as
// the kernel sends some of it between two deadlines. At the first deadline there is nothing to
// compare with, so the client gets one more.
bool EventLoop::is_being_read(Connection& connection) {
  const int unsent = connection.unsent();
  return unsent > 0 && unsent < std::exchange(connection.last_unsent, unsent);
}

// Ends a connection by our decision, not the client's. If the client does not read, the kernel must
// not keep its answer, and the client would never see an orderly end that follows it.
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
  // Not destroyed yet: callers still hold it, and later events of this turn may name it.
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
