#include "cli/session.h"

#include <chrono>
#include <thread>

#include "promotions/base/errors.h"
#include "promotions/base/log.h"

namespace promotions {
namespace {

constexpr Millis kPatience = std::chrono::seconds(15);
constexpr Millis kGrace = std::chrono::seconds(10);

}  // namespace

Session::Session(const GlobalOptions& options) {
  const Config config = configure(options);
  // What a server would log of a request is not what somebody at a shell wants to read.
  if (config.log.level == "info") {
    logs::configure("warn", config.log.format == "json" ? logs::Format::json : logs::Format::text);
  }
  connect(config);
}

Session::~Session() {
  if (application_) application_->stop(kGrace);
}

void Session::connect(const Config& config) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (auto lock = DatabaseLock::try_acquire(config.storage.path)) {
      application_ = std::make_unique<Application>(config, Role::command, std::move(*lock));
      application_->start([] {});
      client_ = std::make_unique<ControlClient>(control_socket_path(config.storage, Role::command));
      return;
    }
    client_ = std::make_unique<ControlClient>(control_socket_path(config.storage, Role::server));
    if (client_->request("GET", "/healthz")) return;
    if (std::chrono::steady_clock::now() > deadline) {
      throw UserError(config.storage.path + ": in use by " +
                      DatabaseLock::holder(config.storage.path).name +
                      ", which does not answer; stop it and try again");
    }
    std::this_thread::sleep_for(Millis(50));  // a server that starts, or a command that ends
  }
}

ControlAnswer Session::request(const std::string& place, const std::string& method,
                               const std::string& path, const std::optional<OrderedJson>& body) {
  auto answer = client_->request(method, path, body);
  if (!answer) throw UserError(place + ": the server went away; try again");
  if (answer->status < 400) return std::move(*answer);
  std::string message = place + ": ";
  const OrderedJson& problem = answer->body;
  if (problem.is_object() && problem.contains("errors")) {
    for (const auto& error : problem["errors"]) {
      if (&error != &problem["errors"].front()) message += "; ";
      message += error.value("field", "") + " " + error.value("detail", "");
    }
  } else if (problem.is_object()) {
    message += problem.value("detail", "failed");
  }
  throw UserError(message, answer->status == 422 ? kWrongUsage : kFailed);
}

}  // namespace promotions
