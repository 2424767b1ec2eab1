// Finds the client of a request: its peer, or the client that a trusted proxy names. Private to
// http.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "promotions/front/client_address.h"
#include "promotions/http/http_options.h"
#include "promotions/http/request.h"

namespace promotions {

// Belongs to the front's loop thread, as it remembers when it last warned.
class ClientFinder {
 public:
  // Throws UserError if one of the trusted proxies is no address or CIDR range.
  explicit ClientFinder(const HttpOptions& options);

  // A numeric address; empty on the control socket.
  std::string find(const Request& request);

 private:
  void warn_of_field(std::string_view peer, std::string_view field, std::string_view advice);

  const bool proxy_protocol_;
  const AddressHeader header_;
  const std::vector<Cidr> trusted_;                     // proxies whose address header is believed
  std::chrono::steady_clock::time_point warn_again_{};  // not before
};

}  // namespace promotions
