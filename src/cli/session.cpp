#include "cli/session.h"

#include <array>
#include <chrono>
#include <string_view>
#include <thread>

#include "promotions/base/errors.h"
#include "promotions/base/log.h"
#include "promotions/storage/database_file.h"
#include "promotions/storage/storage.h"

namespace promotions {
namespace {

constexpr Millis kPatience = std::chrono::seconds(15);
constexpr Millis kGrace = std::chrono::seconds(10);

// What a command adds to a problem of the API: the next step for somebody at a shell.
struct Remedy {
  std::string_view code;
  std::string_view place;  // only for commands that begin like this
  std::string_view text;
};

constexpr std::array kRemedies{
    Remedy{"campaign_not_found", "", "promotions campaign list shows those there are"},
    Remedy{"not_found", "jobs", "promotions jobs list shows those there are"},
    Remedy{"storage_unavailable", "", "promotions check tells what would help"},
};

std::string remedy_for(std::string_view place, std::string_view code) {
  for (const Remedy& remedy : kRemedies) {
    if (remedy.code == code && place.starts_with(remedy.place)) {
      return "; " + std::string(remedy.text);
    }
  }
  return {};
}

}  // namespace

Session::Session(const GlobalOptions& options) {
  const Config config = configure(options);
  // The lines that a server logs about each request are no use to somebody at a shell.
  if (config.log.level == "info") {
    logs::configure("warn", config.log.format == "json" ? logs::Format::json : logs::Format::text);
  }
  connect(config, options.create);
}

Session::~Session() {
  if (application_) application_->stop(kGrace);
}

// Connects to the server that holds the database. If there is none, takes the lock and starts what
// is needed in this process; the requests then go over a socket all the same. Tries again while the
// holder of the lock does not answer.
void Session::connect(const Config& config, bool create) {
  const std::string& path = config.storage.path;
  if (create) make_database_file(path);
  // A command that looks in the wrong place must leave nothing behind there, not even a lock file.
  if (presence_of_database(path) == DatabasePresence::missing) {
    throw UserError(missing_database(config.storage));
  }
  if (const auto foreign = foreign_file(path)) {
    throw UserError(real_database_path(path) + ": " + *foreign);
  }
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (auto lock = DatabaseLock::try_acquire(path)) {
      // An empty file is no database either. A server that is just making one would hold the lock.
      if (!create && presence_of_database(path) != DatabasePresence::there) {
        throw UserError(missing_database(config.storage));
      }
      application_ = std::make_unique<Application>(config, Role::command, std::move(*lock));
      application_->start([] {});
      client_ = std::make_unique<ControlClient>(control_socket_path(config.storage, Role::command));
      return;
    }
    const LockHolder holder = DatabaseLock::holder(path);
    if (!holder.database.empty()) {
      throw UserError(real_database_path(path) + ": is the same file as " + holder.database +
                      " and in use by " + to_text(holder) + "; name it " + holder.database);
    }
    client_ = std::make_unique<ControlClient>(control_socket_path(config.storage, Role::server));
    if (client_->request("GET", "/healthz")) return;
    if (std::chrono::steady_clock::now() > deadline) {
      throw UserError(path + ": in use by " + to_text(holder) +
                      ", which does not answer; stop it and try again");
    }
    std::this_thread::sleep_for(Millis(50));  // a server is starting, or a command is ending
  }
}

ControlAnswer Session::ask(const std::string& place, const std::string& method,
                           const std::string& path, const std::optional<OrderedJson>& body) {
  auto answer = client_->request(method, path, body);
  if (!answer) throw UserError(place + ": the server went away; try again");
  return std::move(*answer);
}

ControlAnswer Session::look(const std::string& place, const std::string& path) {
  auto answer = client_->look(path);
  if (!answer) throw UserError(place + ": the server went away; try again");
  return std::move(*answer);
}

ControlAnswer Session::request(const std::string& place, const std::string& method,
                               const std::string& path, const std::optional<OrderedJson>& body) {
  ControlAnswer answer = ask(place, method, path, body);
  if (answer.status >= 400) refuse(place, answer);
  return answer;
}

void Session::refuse(const std::string& place, const ControlAnswer& answer) {
  std::string message = place + ": ";
  const OrderedJson& problem = answer.body;
  if (problem.is_object() && problem.contains("errors")) {
    for (const auto& error : problem["errors"]) {
      if (&error != &problem["errors"].front()) message += "; ";
      message += error.value("field", "") + " " + error.value("detail", "");
    }
  } else if (problem.is_object()) {
    message += problem.value("detail", "failed");
    message += remedy_for(place, problem.value("code", ""));
  }
  throw UserError(message, answer.status == 422 ? kWrongUsage : kFailed);
}

}  // namespace promotions
