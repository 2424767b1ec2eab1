// The PROXY protocol, versions 1 and 2 (haproxy.org, doc/proxy-protocol.txt): what a proxy sends
// before all else on a connection, to say whose it is. Pure. Private to front.
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

  // Reads from the front of `input` and removes what it read, which is not a byte more than the
  // header. Not to be called again after `complete` or `broken`.
  Progress feed(std::string_view& input);

  // After `complete`: the client. nullopt if the connection is the proxy's own (LOCAL) or the
  // proxy does not know (UNKNOWN, UNSPEC, a Unix socket): then its peer is the client.
  const std::optional<IpAddress>& client() const { return client_; }

 private:
  Progress read_text_byte();
  Progress read_text_line();
  Progress read_binary_byte();
  bool read_lengths();

  std::string read_;               // what is kept of what has come
  std::size_t kept_ = kMaxBinary;  // in version 2, how much of the header that will be
  std::size_t left_ = 0;           // and how much of it follows that is skipped
  std::optional<IpAddress> client_;
};

}  // namespace promotions
