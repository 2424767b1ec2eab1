// The composition root: builds all parts of the program, starts them, and stops them in the reverse
// order.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "promotions/base/clock.h"
#include "promotions/config/config.h"
#include "promotions/mail/transport.h"
#include "promotions/storage/database_lock.h"

namespace promotions {

enum class Role {
  server,   // HTTP over TCP, and all jobs
  command,  // for a command when no server runs: only the control socket, and no mail
};

// Checks that mail can be sent from the configured addresses and answered to them. Throws
// ConfigError with the place of the first one that is not valid.
void check_mailboxes(const Config& config);

// The transport that `config` describes, and the sender of its mails. Both throw ConfigError; not
// for addresses, if check_mailboxes() was called before.
std::unique_ptr<Transport> make_transport(const MailConfig& config);
Mailbox sender_of(const MailConfig& config);

// Which files of the database, and whether the outbox, are open to users other than the owner; one
// sentence each: "path: what; what would be right". The program creates them private, but leaves it
// to the owner to open them. The sentence for a folder that holds other things, too, never advises
// to change its mode.
std::vector<std::string> exposed_files(const Config& config);

// The message for a database that does not exist: "/srv/promotions.db: there is no database; …". It
// names the setting that leads there, and what to do.
std::string missing_database(const StorageConfig& config);

// The path of the socket on which a process of `role` listens for the owner's commands.
std::string control_socket_path(const StorageConfig& config, Role role);

// Owns all parts and their threads. Not thread-safe: the thread that builds it also starts and
// stops it. Until start() has returned, members throw UserError if the database's disk fails.
class Application {
 public:
  // Opens the database and binds the sockets. Holds `lock` as long as it lives. Throws UserError.
  Application(const Config& config, Role role, DatabaseLock lock);
  ~Application();

  // Makes the account `admin` if there are no accounts, and returns its password; otherwise
  // nullopt.
  std::optional<std::string> ensure_admin();
  // Makes sure that an open campaign `demo` exists.
  void ensure_demo();

  // Begins to run jobs and to answer requests. `on_broken` is called at most once, on the writer's
  // thread, when nothing can be written to the database until a restart.
  void start(std::function<void()> on_broken);

  // "http://127.0.0.1:8080", with the port that was bound.
  std::string address() const;

  // Accepts no more connections, and waits for requests and jobs in hand, for at most `grace`
  // together. Returns false if a job is still running: then the process should end without
  // destroying this object.
  bool stop(Millis grace);

 private:
  struct Parts;
  DatabaseLock lock_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace promotions
