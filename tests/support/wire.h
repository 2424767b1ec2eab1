// A server's side of one connection: lines in, bytes out, in the clear or encrypted.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace promotions {

// The connection is over, or is to be.
struct Hangup {};

// Blocks its thread; throws Hangup when the client is gone or the socket was shut down. The socket
// is borrowed.
class Wire {
 public:
  explicit Wire(int socket) : socket_(socket) {}

  // With its CRLF.
  std::string read_line();
  void write(std::string_view bytes);
  // Nothing is taken.
  void wait_for_bytes() const;
  [[noreturn]] void wait_for_client_to_leave();

  // From here on all is encrypted.
  void shake_hands(ssl_ctx_st* context);
  bool is_encrypted() const { return tls_ != nullptr; }

 private:
  struct Free {
    void operator()(ssl_st* tls) const;
  };

  void fill();

  int socket_;
  std::string buffer_;
  std::unique_ptr<ssl_st, Free> tls_;
};

}  // namespace promotions
