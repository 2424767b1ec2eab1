// The PROXY protocol, versions 1 and 2 (haproxy.org, doc/proxy-protocol.txt): a header that a proxy
// sends first on a connection, to name the client for which it connects. Pure. Private to front.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "promotions/front/ip_address.h"

namespace promotions {

class ProxyHeader {
 public:
  static constexpr std::size_t kMaxText = 107;            // version 1, with its CRLF
  static constexpr std::size_t kMaxBinary = 16 + 16'384;  // version 2; extensions are skipped

  enum class Progress { need_more, complete, broken };

  // Reads from the front of `input` and removes what it read, never more than the header. Must not
  // be called again after `complete` or `broken`.
  Progress feed(std::string_view& input);

  // After `complete`, returns the client. nullopt if the connection is the proxy's own (LOCAL), or
  // the proxy names no IP address (UNKNOWN, UNSPEC, a Unix socket): then the peer counts as the
  // client.
  const std::optional<IpAddress>& client() const { return client_; }

 private:
  Progress read_text_byte();
  Progress read_text_line();
  Progress read_binary_byte();
  bool read_lengths();

  std::string read_;               // the beginning of the header, as far as it has come
  std::size_t kept_ = kMaxBinary;  // in version 2, bytes of the header that read_ will hold
  std::size_t left_ = 0;           // in version 2, bytes behind them that are still to be skipped
  std::optional<IpAddress> client_;
};

}  // namespace promotions
