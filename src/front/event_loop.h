// The loop behind the front. One thread accepts connections, reads and frames requests, gives them
// away to be handled, keeps the deadlines and sends answers. It blocks only in epoll_wait().
// Private to front.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "front/alarms.h"
#include "front/connection.h"
#include "front/epoll.h"
#include "front/listener.h"
#include "promotions/base/mutex.h"
#include "promotions/front/front.h"
#include "promotions/front/ip_address.h"

namespace promotions {

// The connections belong to the thread of run(), but for those that were given away. Functions that
// other threads may call say so.
class EventLoop {
 public:
  // Gives a connection away: with a request, complete or refused, that needs an answer, or with
  // `more`, for the next block of an answer. hand_back() brings it back.
  using Dispatch = std::function<void(Connection&)>;
  using Compose = MoveOnlyFunction<FramedAnswer()>;

  // `dispatch` and `body_limit` are called on the thread of run().
  EventLoop(const FrontOptions& options, std::vector<Listener> listeners, Dispatch dispatch,
            BodyLimit body_limit);

  // Returns when stopping is over. Then only connections that were given away are left.
  void run();

  // Thread-safe. Makes the connection the loop's again. Its answer, or the next block of it, is in
  // `output`, or `compose` makes it on the loop thread.
  void hand_back(Connection& connection, Compose compose = {});
  // Thread-safe. Stops accepting and makes run() return when the requests in flight are answered,
  // at `deadline` at the latest.
  void stop(SteadyTime deadline);
  bool is_stopping() const { return stopping_.load(std::memory_order_relaxed); }

  // Ends all connections that are left. Call it only while run() does not run and no connection is
  // given away.
  void end_all();

 private:
  void wait();
  Listener* listener_of(const epoll_event& event);
  int wait_milliseconds() const;
  void take_back();
  void begin_stopping();
  void close_listeners();
  void guarded(Connection& connection, void (EventLoop::*step)(Connection&));

  void accept_from(Listener& listener);
  void add(Accepted accepted, bool is_control);
  bool close_oldest_idle();
  void look_once_more(Connection& connection);
  bool has_sent_something(Connection& connection);
  void pause_accepting();
  void resume_accepting();

  void begin_watching(Connection& connection);
  void refuse_overload(Connection& connection);
  void on_event(Connection& connection);
  void read(Connection& connection);
  void feed(Connection& connection, std::string_view input);
  bool has_proxy_header(Connection& connection, std::string_view& input);
  void await_rest_of_head(Connection& connection);
  std::size_t room_for_body(const FramedRequest& head);
  std::size_t room_for_owner(FramedRequest head) const;
  void count_large_body(Connection& connection);
  void forget_large_body(Connection& connection);
  void await_more(Connection& connection);
  void dispatch(Connection& connection);
  void hand_over(Connection& connection, FramedRequest request);
  void refuse(Connection& connection, const Refusal& refusal);
  void write(Connection& connection);
  void go_on(Connection& connection);
  void answered(Connection& connection);
  void begin_draining(Connection& connection);
  void drain(Connection& connection);
  void close(Connection& connection);

  void set_idle(Connection& connection, bool is_idle);
  void expire(Connection& connection);
  bool is_being_read(Connection& connection);
  void end(Connection& connection);

  const FrontOptions options_;
  const Dispatch dispatch_;
  const BodyLimit given_body_limit_;    // the handlers'; may be empty
  const BodyLimit body_limit_;          // the same, within max_large_bodies
  const BodyLimit control_body_limit_;  // the same, for the control socket
  const std::vector<Cidr> proxies_;     // their connections begin with a PROXY protocol header
  std::vector<Listener> listeners_;
  Epoll epoll_;
  FileDescriptor wake_;         // an eventfd
  std::vector<char> received_;  // one buffer for all connections: what is read is framed at once

  std::list<Connection> idle_;     // without a request, oldest first; may be closed at any time
  std::list<Connection> active_;   // with a request
  std::list<Connection> closed_;   // until the end of the turn, as later events may name them
  int counted_connections_ = 0;    // against max_connections
  int large_bodies_ = 0;           // against max_large_bodies
  bool is_short_of_room_ = false;  // a body was refused only because large_bodies_ is at its bound
  Alarms alarms_;
  SteadyTime now_;                    // when epoll_wait() last returned
  SteadyTime accept_again_ = kNever;  // kNever: accepting
  SteadyTime warn_again_{};           // that descriptors run out
  SteadyTime warn_of_proxy_again_{};  // that a proxy does not speak the PROXY protocol

  struct Returned {
    Connection* connection;
    Compose compose;  // none: the answer is in the connection's output
  };
  Mutex mutex_;
  std::vector<Returned> handed_back_ GUARDED_BY(mutex_);
  std::atomic<bool> sleeping_ = false;  // the loop waits for events, or is about to
  std::atomic<bool> stopping_ = false;
  std::atomic<SteadyTime> stop_deadline_ = kNever;
  std::vector<Returned> taken_back_;  // scratch of take_back()
};

}  // namespace promotions
