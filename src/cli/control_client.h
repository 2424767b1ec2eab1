// A client of the control socket: the same paths as the admin API, for the owner of the database.
// Private to cli.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "promotions/base/json.h"

namespace promotions {

class CurlHandle;

struct ControlAnswer {
  int status = 0;
  OrderedJson body;  // null if there was none
};

// Not thread-safe.
class ControlClient {
 public:
  explicit ControlClient(std::string socket_path);
  ~ControlClient();
  ControlClient(const ControlClient&) = delete;
  ControlClient& operator=(const ControlClient&) = delete;

  // nullopt if nobody answers at the socket. Throws UserError if the answer does not come.
  std::optional<ControlAnswer> request(const std::string& method, const std::string& path,
                                       const std::optional<OrderedJson>& body = std::nullopt);
  // The same with GET, only to look: what such a request would begin is not begun.
  std::optional<ControlAnswer> look(const std::string& path);

 private:
  std::optional<ControlAnswer> send(const std::string& method, const std::string& path,
                                    const std::optional<OrderedJson>& body, bool only_looks);

  const std::string socket_path_;
  int folder_ = -1;
  const std::unique_ptr<CurlHandle> curl_;
};

}  // namespace promotions
