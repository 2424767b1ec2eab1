#include "support/wire.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <climits>

namespace promotions {

void Wire::Free::operator()(ssl_st* tls) const {
  SSL_free(tls);
}

std::string Wire::read_line() {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n")) == std::string::npos) fill();
  std::string line = buffer_.substr(0, end + 2);
  buffer_.erase(0, end + 2);
  return line;
}

void Wire::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const int size = static_cast<int>(std::min<std::size_t>(bytes.size(), INT_MAX));
    const auto sent =
        tls_ ? SSL_write(tls_.get(), bytes.data(), size)
             : ::send(socket_, bytes.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (sent <= 0) throw Hangup{};
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Wire::wait_for_bytes() const {
  char byte = 0;
  if (::recv(socket_, &byte, 1, MSG_PEEK) != 1) throw Hangup{};
}

void Wire::wait_for_client_to_leave() {
  while (true) fill();
}

void Wire::shake_hands(ssl_ctx_st* context) {
  tls_.reset(SSL_new(context));
  if (!tls_ || SSL_set_fd(tls_.get(), socket_) != 1 || SSL_accept(tls_.get()) != 1) throw Hangup{};
}

void Wire::fill() {
  std::array<char, 16384> bytes{};
  const auto size = tls_ ? SSL_read(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                         : ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (size <= 0) throw Hangup{};
  buffer_.append(bytes.data(), static_cast<std::size_t>(size));
}

}  // namespace promotions
