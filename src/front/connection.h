// One client's connection: its socket, what has arrived of its next request and what is to be sent.
// Private to front.
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

// Belongs to the loop thread, except in the phase `working`: then it belongs to the thread that
// answers, and the loop touches only the members marked as the loop's. For an answer in blocks the
// connection is given away once for each block, after the block before was sent, so at most one
// block exists, in `output` or still being made. An idle connection holds neither a request nor an
// answer.
class Connection {
 public:
  enum class Phase {
    reading,   // a request, or waiting for one
    working,   // given away to make its answer, or the next block of it
    writing,   // part of an answer is still to be sent
    draining,  // all is sent; reads until the client ends, as a reset would destroy the answer
    closed
  };
  enum class Sent { all, part, failed };
  static constexpr int kUnknown = std::numeric_limits<int>::max();

  Connection(std::unique_ptr<Channel> channel, std::string peer_address, bool is_control,
             std::size_t max_body_bytes, const BodyLimit* body_limit);

  Channel::Progress receive(std::span<char> buffer) { return channel_->read(buffer); }
  // Takes the whole answer, or its next block, to be sent by transmit().
  void answer(FramedAnswer answer);
  // Sends as much of `output` as it can without waiting.
  Sent transmit();

  // Returns the number of bytes that the kernel took but has not sent yet. Bytes that were sent and
  // are not acknowledged do not count: if the client is gone, the kernel itself gives them up.
  int unsent() const;

  void end_sending() { channel_->end_sending(); }
  void close_socket() { channel_->close(); }
  // Closes the socket and drops what the kernel has not sent yet: for a client that never reads,
  // the kernel would otherwise keep it.
  void reset_socket();
  int fd() const { return channel_->fd(); }

  std::string peer_address;  // the proxy's, until its header has named the client
  const bool is_control;
  std::unique_ptr<ProxyHeader> proxy_header;  // while it is awaited; else null

  RequestFramer framer;
  std::string unread;     // bytes received after the end of a complete request
  FramedRequest request;  // being answered
  std::string output;
  std::size_t sent = 0;                    // bytes of output
  MoveOnlyFunction<void(Responder)> more;  // makes what follows output
  bool close_after_answer = false;

  // The loop's, in every phase.
  Phase phase = Phase::reading;
  bool is_idle = true;                   // in the loop's list of connections that it may close
  bool readable = false;                 // there may be something to receive
  bool reads_once_writable = false;      // the channel cannot receive before it has room to send
  bool has_ended = false;                // the client will send nothing more, or is gone
  bool has_large_body = false;           // counts against max_large_bodies
  std::size_t drained = 0;               // bytes read in the phase draining
  int last_unsent = kUnknown;            // unsent(), when a deadline last came after an answer
  SteadyTime began = kNever;             // when the first byte of the request being read arrived
  SteadyTime deadline = kNever;          // of the phase
  SteadyTime alarm = kNever;             // when Alarms next looks at the deadline: never after it
  std::list<Connection>::iterator self;  // in the loop's list that holds it

 private:
  const std::unique_ptr<Channel> channel_;
};

}  // namespace promotions
