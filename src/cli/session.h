// One command's way to the database: through the server that holds it, or by holding it meanwhile.
// Private to cli.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "cli/control_client.h"
#include "promotions/app/application.h"

namespace promotions {

// Not thread-safe.
class Session {
 public:
  explicit Session(const GlobalOptions& options);
  ~Session();

  // The answer if it is a success. A problem is thrown as UserError "<place>: <detail>", with exit
  // status 2 where the input was wrong.
  ControlAnswer request(const std::string& place, const std::string& method,
                        const std::string& path,
                        const std::optional<OrderedJson>& body = std::nullopt);

 private:
  void connect(const Config& config);

  std::unique_ptr<Application> application_;  // if no server runs
  std::unique_ptr<ControlClient> client_;
};

}  // namespace promotions
