// One command's access to the database: through the server that holds it, or, if none does, by
// holding it for the time of the command. Private to cli.
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
  // Connects, and waits up to 15 s for a server that starts or a command that ends. Throws
  // UserError, also if there is no database and `options` do not ask to make one.
  explicit Session(const GlobalOptions& options);
  ~Session();

  // Returns the answer if it is a success. Throws a problem as UserError "<place>: <detail>", with
  // exit status 2 if the input was wrong.
  ControlAnswer request(const std::string& place, const std::string& method,
                        const std::string& path,
                        const std::optional<OrderedJson>& body = std::nullopt);
  // Both return the answer, whatever its status is. look() is GET without side effects.
  ControlAnswer ask(const std::string& place, const std::string& method, const std::string& path,
                    const std::optional<OrderedJson>& body = std::nullopt);
  ControlAnswer look(const std::string& place, const std::string& path);
  // Throws what request() throws for a problem.
  [[noreturn]] static void refuse(const std::string& place, const ControlAnswer& answer);

  // Does a server hold the database, which continues when the command has ended?
  bool has_server() const { return application_ == nullptr; }

 private:
  void connect(const Config& config, bool create);

  std::unique_ptr<Application> application_;  // if no server runs
  std::unique_ptr<ControlClient> client_;
};

}  // namespace promotions
