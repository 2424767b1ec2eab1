// One client's connection: its socket, what has come of its next request and what is to be sent.
#pragma once

#include <chrono>
#include <cstddef>
#include <limits>
#include <list>
#include <memory>
#include <span>
#include <string>

#include "front/channel.h"
#include "front/proxy_header.h"
#include "front/request_framer.h"

namespace promotions {

using SteadyTime = std::chrono::steady_clock::time_point;
inline constexpr SteadyTime kNever = SteadyTime::max();

// Belongs to the loop thread, but in the phase `working` to whoever answers; then the loop touches
// only what is marked as the loop's. An answer that comes in blocks is given away for each of them,
// once the one before is sent: there is one block at most, in `output` or still being made. An idle
// connection holds no memory beside itself.
class Connection {
 public:
  enum class Phase {
    reading,   // of a request, or waiting for one
    working,   // given away to be answered, or for the next block of its answer
    writing,   // an answer is not sent to its end
    draining,  // all is sent; reads until the client ends, lest a reset take the answer away
    closed
  };
  enum class Sent { all, part, failed };
  static constexpr int kUnknown = std::numeric_limits<int>::max();

  Connection(std::unique_ptr<Channel> channel, std::string peer_address, bool is_control,
             std::size_t max_body_bytes, const BodyLimit* body_limit);

  Channel::Progress receive(std::span<char> buffer) { return channel_->read(buffer); }
  // The whole answer, or its next block.
  void answer(FramedAnswer answer);
  // Sends what can be sent of `output` without waiting.
  Sent transmit();

  // Bytes that the kernel took and could not send yet. What is on its way does not count: the
  // kernel gives that up by itself.
  int unsent() const;

  void end_sending() { channel_->end_sending(); }
  void close_socket() { channel_->close(); }
  // Closes without sending what the kernel still holds, which a client that never reads would keep.
  void reset_socket();
  int fd() const { return channel_->fd(); }

  std::string peer_address;  // the proxy's, until it has said whose the connection is
  const bool is_control;
  std::unique_ptr<ProxyHeader> proxy_header;  // while it is awaited; else null

  RequestFramer framer;
  std::string unread;     // what came behind a complete request
  FramedRequest request;  // being answered
  std::string output;
  std::size_t sent = 0;                    // of output
  MoveOnlyFunction<void(Responder)> more;  // of the answer, behind output
  bool close_after_answer = false;

  // The loop's, in every phase.
  Phase phase = Phase::reading;
  bool is_idle = true;               // in the loop's list of those it may close
  bool readable = false;             // there may be something to receive
  bool reads_once_writable = false;  // receiving waits for room to send
  bool has_ended = false;            // the client sends nothing more
  bool has_large_body = false;       // counts against max_large_bodies
  std::size_t drained = 0;           // bytes read in the phase draining
  int last_unsent = kUnknown;        // when a deadline last came after an answer
  SteadyTime began = kNever;         // the first byte of the request being read
  SteadyTime deadline = kNever;      // of the phase
  SteadyTime alarm = kNever;         // when the loop next looks at the deadline: not after it
  std::list<Connection>::iterator self;

 private:
  const std::unique_ptr<Channel> channel_;
};

}  // namespace promotions
