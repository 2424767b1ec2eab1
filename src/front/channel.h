// The bytes of one connection. This is the seam at which TLS stands between the front and a socket.
// Private to front.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "front/file_descriptor.h"

namespace promotions {

// Owns a non-blocking socket. One thread at a time: the loop, or whoever answers in its stead.
//
// Both directions may need either of the kernel's: a TLS handshake reads in order to write, and
// writes in order to read. So each call says what to wait for before it is made again, and fewer
// bytes than were asked for mean nothing by themselves.
class Channel {
 public:
  enum class Next {
    go_on,           // there may be more: call again
    await_readable,  // until the kernel has received something
    await_writable,  // until the kernel has room to send
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

  virtual Progress read(std::span<char> buffer) = 0;   // not empty
  virtual Progress write(std::string_view bytes) = 0;  // not empty
  // Tells the client that nothing more is sent; what it sends can still be read.
  virtual void end_sending() = 0;

  int fd() const { return socket_.get(); }
  void close() { socket_.reset(); }

 private:
  FileDescriptor socket_;
};

// The bytes as they are.
std::unique_ptr<Channel> make_plain_channel(FileDescriptor socket);

}  // namespace promotions
