// The bytes of one connection. This interface is the place for TLS between the front and a socket.
// Private to front.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "front/file_descriptor.h"

namespace promotions {

// Owns a non-blocking socket. Used by one thread at a time: the loop, or the thread that answers.
//
// Reading may have to wait for room to send, and writing for bytes to arrive: a TLS handshake needs
// both. So each call returns what to wait for before it is made again, and a short read or write
// means nothing by itself.
class Channel {
 public:
  enum class Next {
    go_on,           // call again at once: there may be more to read or room to write
    await_readable,  // call again when the kernel has received something
    await_writable,  // call again when the kernel has room to send
    stop,            // the client has ended, or the connection is broken
  };
  struct Progress {
    std::size_t bytes = 0;  // moved by this call; never 0 with go_on
    Next next = Next::go_on;
  };

  explicit Channel(FileDescriptor socket) : socket_(std::move(socket)) {}
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  virtual Progress read(std::span<char> buffer) = 0;   // `buffer` must not be empty
  virtual Progress write(std::string_view bytes) = 0;  // nor must `bytes`
  // Tells the client that nothing more will be sent. What it sends can still be read.
  virtual void end_sending() = 0;

  int fd() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  FileDescriptor socket_;
};

// Passes bytes between the caller and the socket unchanged, without TLS.
std::unique_ptr<Channel> make_plain_channel(FileDescriptor socket);

}  // namespace promotions
