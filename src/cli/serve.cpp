#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <thread>

#include "cli/command.h"
#include "cli/stop_signals.h"
#include "promotions/app/application.h"
#include "promotions/base/errors.h"
#include "promotions/base/log.h"
#include "promotions/storage/database_file.h"
#include "promotions/storage/storage.h"

namespace promotions {
namespace {

constexpr Millis kGrace = std::chrono::seconds(10);
constexpr Millis kWaitForCommand = std::chrono::seconds(10);

// Waits for a command, which holds the lock for moments only; fails at once if another server holds
// it.
DatabaseLock acquire_lock(const std::string& path) {
  make_database_file(
      path);  // empty and private to its owner, before SQLite could make it otherwise
  if (const auto foreign = foreign_file(path)) {
    throw UserError(real_database_path(path) + ": " + *foreign);
  }
  const auto deadline = std::chrono::steady_clock::now() + kWaitForCommand;
  for (;;) {
    const LockHolder self = this_process(LockHolder::Kind::server);
    if (auto lock = DatabaseLock::try_acquire(path, self)) return std::move(*lock);
    const LockHolder holder = DatabaseLock::holder(path);
    if (holder.kind == LockHolder::Kind::server || !holder.database.empty() ||
        std::chrono::steady_clock::now() > deadline) {
      throw UserError(real_database_path(path) + ": in use by " + to_text(holder) +
                      "; stop it, or give this one another storage.path");
    }
    std::this_thread::sleep_for(Millis(50));
  }
}

void print_demo(const Config& config, const std::string& address,
                const std::optional<std::string>& password) {
  std::printf("Promotions is at %s with the campaign \"demo\".\n", address.c_str());
  std::printf("Sign up: curl -d campaign=demo -d email=you@example.org %s%s/add_subscriber\n",
              address.c_str(), config.server.base_path.c_str());
  const std::string mail = config.mail.transport == "directory"
                               ? std::filesystem::absolute(config.mail.directory).string()
                               : config.mail.smtp.host;
  std::printf("Mail goes to %s; the administrator is \"admin\", the password %s.\n", mail.c_str(),
              password ? ("\"" + *password + "\"").c_str() : "was shown at the first start");
  std::fflush(stdout);
}

int serve(const GlobalOptions& options, bool demo) {
  const Config config = configure(options);
  for (const std::string& error : config.errors) logs::warn("{}", error);
  for (const std::string& warning : config.warnings) logs::warn("{}", warning);
  StopSignals signals;  // before any thread is made, since threads inherit the signals it blocks
  static std::atomic<bool> broken{false};
  auto application =
      std::make_unique<Application>(config, Role::server, acquire_lock(config.storage.path));
  const auto password = application->ensure_admin();
  if (password) {
    std::fprintf(stderr, "First start: made the account admin, shown only once. password: %s\n",
                 password->c_str());
  }
  for (const std::string& file : exposed_files(config)) logs::warn("{}", file);
  if (demo) application->ensure_demo();
  // A database that is broken ends the process in the same way as a signal does.
  application->start([] {
    broken = true;
    kill(getpid(), SIGTERM);
  });
  const std::string address = application->address();
  logs::info("listening on {}", address);
  if (demo) print_demo(config, address, password);

  signals.wait();
  logs::info("stopping");
  if (!application->stop(kGrace)) {
    logs::warn("stopped with jobs under way; they run again after the next start");
    logs::flush();
    std::fflush(nullptr);
    // The threads of those jobs cannot be ended, so nothing that they use may be destroyed.
    std::_Exit(broken ? kFailed : kDone);
  }
  application.reset();
  if (broken) {
    throw UserError(config.storage.path +
                    ": could not be written any more, as the log says; see to it and start again");
  }
  logs::info("stopped");
  return kDone;
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("serve", "Run the server");
  const auto demo = std::make_shared<bool>(false);
  command->add_flag("--demo", *demo, "An open campaign \"demo\", made if need be");
  command->callback([&action, demo] {
    action = [demo](const GlobalOptions& options) { return serve(options, *demo); };
  });
}

}  // namespace promotions
