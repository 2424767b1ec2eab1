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
  // Throws UserError, also if there is no database and `options` do not ask to make one.
  explicit Session(const GlobalOptions& options);
  ~Session();

  // The answer if it is a success. A problem is thrown as UserError "<place>: <detail>", with exit
  // status 2 where the input was wrong.
  ControlAnswer request(const std::string& place, const std::string& method,
                        const std::string& path,
                        const std::optional<OrderedJson>& body = std::nullopt);
  // The answer, whatever it is.
  ControlAnswer ask(const std::string& place, const std::string& method, const std::string& path,
                    const std::optional<OrderedJson>& body = std::nullopt);
  ControlAnswer look(const std::string& place, const std::string& path);
  // Throws what request() throws for a problem.
  [[noreturn]] static void refuse(const std::string& place, const ControlAnswer& answer);

  // A server holds the database, and goes on when the command has ended.
  bool has_server() const { return application_ == nullptr; }

 private:
  void connect(const Config& config, bool create);

  std::unique_ptr<Application> application_;  // if no server runs
  std::unique_ptr<ControlClient> client_;
};

}  // namespace promotions
