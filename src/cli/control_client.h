// A client of the control socket, which offers the paths of the admin API to the owner of the
// database. Private to cli.
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

  // Waits for the answer, ten minutes at most. nullopt if no process listens at the socket. Throws
  // UserError if the connection fails later, or the answer does not come in time.
  std::optional<ControlAnswer> request(const std::string& method, const std::string& path,
                                       const std::optional<OrderedJson>& body = std::nullopt);
  // The same with GET, but without the side effects that such a request may have.
  std::optional<ControlAnswer> look(const std::string& path);

 private:
  std::optional<ControlAnswer> send(const std::string& method, const std::string& path,
                                    const std::optional<OrderedJson>& body, bool only_looks);

  const std::string socket_path_;
  int folder_ = -1;  // the socket's folder, opened
  const std::unique_ptr<CurlHandle> curl_;
};

}  // namespace promotions
